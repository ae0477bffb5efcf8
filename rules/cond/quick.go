package cond

import (
	"strings"

	"github.com/winnow-gate/winnow/rules/facts"
)

// Most leaves ask one thing of one value: whether it is true, how it compares
// with a constant, whether it is known. Such a leaf is a quick: the program of
// jumps answers it on the spot, where a closure would cost more in being called
// than in what it does. They are for Mode Shared only, so that tests can
// compare them with the closures of Mode Plain.

// quickKind is what a quick asks.
type quickKind uint8

const (
	byCall quickKind = iota // nothing: a closure answers
	quickBool
	quickInt // whole numbers and times
	quickDays
	quickFloat
	quickSize // of a list
	quickText
	quickPrefix
	quickSuffix
	quickPart
	quickKnown
)

// quick is a question about one value.
type quick struct {
	num  int64   // a float's bits
	text *string // apart, to keep programs short: what is not in the cache costs more than what is done with it
	slot int32   // of the value: among the fields, or within a row
	kind quickKind
	says verdict
}

// of answers for a value.
func (q *quick) of(s *facts.Slot, now int64) Tri {
	if s.State != facts.Known {
		if q.kind == quickKnown {
			return False
		}
		return Unknown
	}
	switch q.kind {
	case quickBool:
		return q.says.ints(s.Int, 0)
	case quickInt:
		return q.says.ints(s.Int, q.num)
	case quickDays:
		return q.says.ints(daysBetween(s.Int, now), q.num)
	case quickFloat:
		return q.says.floats(bitsFloat(s.Int), bitsFloat(q.num))
	case quickSize:
		return q.says.ints(int64(s.N), q.num)
	case quickText:
		return q.says[bit(sameText(s.Str, *q.text))]
	case quickPrefix:
		return Of(strings.HasPrefix(s.Str, *q.text))
	case quickSuffix:
		return Of(strings.HasSuffix(s.Str, *q.text))
	case quickPart:
		return Of(strings.Contains(s.Str, *q.text))
	default: // quickKnown
		return True
	}
}

// sameText is a == b, without a call for texts that differ at the beginning.
func sameText(a, b string) bool {
	return len(a) == len(b) && (len(a) == 0 || a[0] == b[0] && a == b)
}

// quickOf is the quick for a node, about a value of the kind that from names:
// opField or opMember.
func quickOf(n *node, from op) (q quick, ok bool) {
	switch {
	case n.op == from && n.typ.kind == kBool:
		return quick{kind: quickBool, slot: int32(n.slot), says: *verdictOf("!=")}, true
	case n.op == opKnown && from == opField && n.args[0].op == opField:
		return quick{kind: quickKnown, slot: int32(n.args[0].slot)}, true
	case n.op == opText && n.args[0].op == from && n.args[1].op == opConst:
		kind := map[string]quickKind{"startsWith": quickPrefix, "endsWith": quickSuffix, "contains": quickPart}[n.name]
		return quick{kind: kind, slot: int32(n.args[0].slot), text: textOf(n.args[1])}, kind != byCall
	case n.op == opCompare && n.args[1].op == opConst:
		return quickCompare(n, from)
	}
	return q, false
}

func textOf(n *node) *string {
	s := n.val.(string)
	return &s
}

func quickCompare(n *node, from op) (q quick, ok bool) {
	l, r := n.args[0], n.args[1]
	q = quick{says: *verdictOf(n.name), slot: int32(l.slot)}
	whole := r.typ.kind != kFloat && r.typ.kind != kString && r.typ.kind != kBool
	if whole {
		q.num = constInt(r.val)
	}
	switch {
	case l.op == opCall && len(l.args) == 1 && whole:
		q.slot = int32(l.args[0].slot)
		switch {
		case l.name == "days_since" && l.args[0].op == from:
			q.kind = quickDays
		case l.name == "len" && l.args[0].op == opField && from == opField && l.args[0].typ.kind == kList:
			q.kind = quickSize
		}
	case l.op != from:
	case l.typ.kind == kString && (n.name == "==" || n.name == "!="):
		q.kind, q.text = quickText, textOf(r)
		q.says = verdict{Of(n.name != "=="), Of(n.name == "==")}
	case l.typ.kind == kFloat:
		q.kind, q.num = quickFloat, floatBits(number(r.val))
	case (l.typ.kind == kInt || l.typ.kind == kTime) && whole:
		q.kind = quickInt
	}
	return q, q.kind != byCall
}

// quickTri is compileTri for leaves of Mode Shared: what is asked often without
// being a quick is one closure with no other inside.
func quickTri(n *node) triFn {
	switch {
	case n.op == opQuant && n.name != "one":
		if w, ok := newWalk(n); ok {
			return w.tri(n, compileTri(n))
		}
	case n.op == opIn && n.args[0].op == opField && n.args[1].op == opList:
		if texts, ok := n.args[1].val.([]string); ok {
			return fieldInTexts(n.args[0].slot, texts)
		}
	case n.op == opIn && n.args[0].op == opConst && n.args[0].typ.kind == kString && n.args[1].op == opField:
		return listHolds(n.args[1].slot, n.args[0].val.(string))
	case n.op == opCompare && n.args[0].op == opSignal && n.args[1].op == opConst:
		return signalCompared(n)
	}
	return compileTri(n)
}

func fieldInTexts(slot int, texts []string) triFn {
	holds := textSet(texts)
	return func(f *Frame) Tri {
		s := &f.Facts.Slots[slot]
		if s.State != facts.Known {
			return Unknown
		}
		return Of(holds(s.Str))
	}
}

// listHolds is constant in list.
func listHolds(slot int, want string) triFn {
	return func(f *Frame) Tri {
		s := &f.Facts.Slots[slot]
		if s.State != facts.Known {
			return Unknown
		}
		for _, v := range f.Facts.Strs[s.Int : int(s.Int)+int(s.N)] {
			if sameText(v, want) {
				return True
			}
		}
		return False
	}
}

func signalCompared(n *node) triFn {
	l, r, says := n.args[0], n.args[1], *verdictOf(n.name)
	slot := l.slot
	switch {
	case l.typ.kind == kFloat:
		c := number(r.val)
		return func(f *Frame) Tri {
			m := f.signal(slot)
			if m.state != True {
				return m.state
			}
			return says.floats(bitsFloat(m.num), c)
		}
	case l.typ.kind == kInt && r.typ.kind == kInt:
		c := constInt(r.val)
		return func(f *Frame) Tri {
			m := f.signal(slot)
			if m.state != True {
				return m.state
			}
			return says.ints(m.num, c)
		}
	default:
		return compileTri(n)
	}
}
