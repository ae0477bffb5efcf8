package cond

import (
	"cmp"

	"github.com/winnow-gate/winnow/rules/facts"
)

// holds is a comparison operator on ordered values.
func holds[T cmp.Ordered](op string) func(a, b T) bool {
	switch op {
	case "==":
		return func(a, b T) bool { return a == b }
	case "!=":
		return func(a, b T) bool { return a != b }
	case "<":
		return func(a, b T) bool { return a < b }
	case "<=":
		return func(a, b T) bool { return a <= b }
	case ">":
		return func(a, b T) bool { return a > b }
	default:
		return func(a, b T) bool { return a >= b }
	}
}

// compileCompare compares two scalars. A field against a constant, by far the
// most frequent leaf, is one closure without a call inside.
func compileCompare(n *node) triFn {
	l, r := n.args[0], n.args[1]
	switch {
	case l.typ.kind == kString:
		return compareTexts(n.name, l, r)
	case l.typ.kind == kBool:
		return compareBools(n.name, l, r)
	case l.typ.kind == kFloat || r.typ.kind == kFloat:
		return compareFloats(n.name, l, r)
	default:
		return compareInts(n.name, l, r)
	}
}

func compareTexts(op string, l, r *node) triFn {
	if r.op == opConst && l.op == opField && (op == "==" || op == "!=") {
		slot, want, same := l.slot, r.val.(string), Of(op == "==")
		return func(f *Frame) Tri {
			s := &f.Facts.Slots[slot]
			if s.State != facts.Known {
				return Unknown
			}
			if s.Str == want {
				return same
			}
			return Not(same)
		}
	}
	a, b, test := compileText(l), compileText(r), holds[string](op)
	return func(f *Frame) Tri {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return Of(test(x, y))
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

func compareInts(op string, l, r *node) triFn {
	if r.op == opConst {
		c := constInt(r.val)
		switch {
		case l.op == opField:
			return fieldInt(op, l.slot, c)
		case l.op == opCall && l.name == "days_since" && l.args[0].op == opField:
			return fieldDays(op, l.args[0].slot, c)
		}
		get, test := compileInt(l), holds[int64](op)
		return func(f *Frame) Tri {
			x, st := get(f)
			if st != True {
				return st
			}
			return Of(test(x, c))
		}
	}
	a, b, test := compileInt(l), compileInt(r), holds[int64](op)
	return func(f *Frame) Tri {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return Of(test(x, y))
	}
}

// fieldInt compares a field with a constant by a range: every operator but !=
// is lo <= x <= hi.
func fieldInt(op string, slot int, c int64) triFn {
	lo, hi, inside, empty := intRange(op, c)
	if empty {
		inside = Not(inside)
		lo, hi = minInt, maxInt
	}
	outside := Not(inside)
	return func(f *Frame) Tri {
		s := &f.Facts.Slots[slot]
		if s.State != facts.Known {
			return Unknown
		}
		if s.Int >= lo && s.Int <= hi {
			return inside
		}
		return outside
	}
}

const (
	minInt = int64(-1) << 63
	maxInt = int64(^uint64(0) >> 1)
)

// intRange is the range in which x op c gives inside; empty when there is none.
func intRange(op string, c int64) (lo, hi int64, inside Tri, empty bool) {
	switch op {
	case "==":
		return c, c, True, false
	case "!=":
		return c, c, False, false
	case "<":
		return minInt, c - 1, True, c == minInt
	case "<=":
		return minInt, c, True, false
	case ">":
		return c + 1, maxInt, True, c == maxInt
	default:
		return c, maxInt, True, false
	}
}

func fieldDays(op string, slot int, c int64) triFn {
	lo, hi, inside, empty := intRange(op, c)
	if empty {
		inside = Not(inside)
		lo, hi = minInt, maxInt
	}
	outside := Not(inside)
	return func(f *Frame) Tri {
		s := &f.Facts.Slots[slot]
		if s.State != facts.Known {
			return Unknown
		}
		if d := daysBetween(s.Int, f.Now); d >= lo && d <= hi {
			return inside
		}
		return outside
	}
}

func compareFloats(op string, l, r *node) triFn {
	a, test := compileFloat(l), holds[float64](op)
	if r.op == opConst {
		c := number(r.val)
		return func(f *Frame) Tri {
			x, st := a(f)
			if st != True {
				return st
			}
			return Of(test(x, c))
		}
	}
	b := compileFloat(r)
	return func(f *Frame) Tri {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return Of(test(x, y))
	}
}
