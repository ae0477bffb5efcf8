package cond

import (
	"cmp"

	"github.com/winnow-gate/winnow/rules/facts"
)

// verdict is what a comparison operator says of less, equal, greater, and not
// comparable: a table lookup where a call of the operator would cost more than
// all the rest.
type verdict [4]Tri

func verdictOf(op string) *verdict {
	is := func(less, equal, greater, neither bool) *verdict {
		return &verdict{Of(less), Of(equal), Of(greater), Of(neither)}
	}
	switch op {
	case "==":
		return is(false, true, false, false)
	case "!=":
		return is(true, false, true, true)
	case "<":
		return is(true, false, false, false)
	case "<=":
		return is(true, true, false, false)
	case ">":
		return is(false, false, true, false)
	default:
		return is(false, true, true, false)
	}
}

// ints and floats index the verdict instead of branching to it: how values
// compare is unpredictable, and a mispredicted branch costs more than the
// comparison.

func (v *verdict) ints(a, b int64) Tri {
	return v[(bit(a >= b)+bit(a > b))&3]
}

func (v *verdict) floats(a, b float64) Tri {
	return v[(3-3*bit(a < b)-2*bit(a == b)-bit(a > b))&3]
}

// bit is 1 for true. The compiler makes no branch of it.
func bit(b bool) uint8 {
	var i uint8
	if b {
		i = 1
	}
	return i
}

// compileCompare compares two scalars. A field or an item's member against a
// constant, by far the most frequent leaf, is one closure without a call inside.
func compileCompare(n *node) triFn {
	l, r := n.args[0], n.args[1]
	switch {
	case l.typ.kind == kString:
		return compareTexts(n.name, l, r)
	case l.typ.kind == kBool:
		return compareBools(n.name, l, r)
	case l.typ.kind == kFloat || r.typ.kind == kFloat:
		return compareFloats(verdictOf(n.name), l, r)
	default:
		return compareInts(verdictOf(n.name), l, r)
	}
}

func compareTexts(op string, l, r *node) triFn {
	if r.op == opConst && (op == "==" || op == "!=") {
		return equalsText(op, l, r.val.(string))
	}
	a, b, v := compileText(l), compileText(r), verdictOf(op)
	return func(f *Frame) Tri {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return v[cmp.Compare(x, y)+1]
	}
}

// equalsText is text == constant and text != constant.
func equalsText(op string, l *node, want string) triFn {
	same, other := Of(op == "=="), Of(op != "==")
	answer := func(s *facts.Slot) Tri {
		switch {
		case s.State != facts.Known:
			return Unknown
		case s.Str == want:
			return same
		default:
			return other
		}
	}
	slot := l.slot
	switch l.op {
	case opField:
		return func(f *Frame) Tri { return answer(&f.Facts.Slots[slot]) }
	case opMember:
		return func(f *Frame) Tri { return answer(&f.Facts.Rows[f.base+slot]) }
	}
	get := compileText(l)
	return func(f *Frame) Tri {
		x, st := get(f)
		switch {
		case st != True:
			return st
		case x == want:
			return same
		default:
			return other
		}
	}
}

func compareBools(op string, l, r *node) triFn {
	a, b := compileTri(l), compileTri(r)
	same := op == "=="
	return func(f *Frame) Tri {
		x, y := a(f), b(f)
		if x > True || y > True {
			return And(max(x, True), max(y, True))
		}
		return Of((x == y) == same)
	}
}
