package cond

// AsksSent reports whether any condition counts earlier sends, so that somebody
// has to remember them.
func (s *Set) AsksSent() bool {
	found := false
	look := func(n *node) bool {
		found = found || n.op == opCall && n.name == "sent"
		return !found
	}
	for i := range s.leaves {
		s.leaves[i].node.walk(look)
	}
	for _, v := range s.values {
		v.node.walk(look)
	}
	return found
}

// Comparison is a leaf that compares a field with a constant: where small
// changes of the field flip it.
type Comparison struct {
	Slot int
	Op   string
	// Value is int64 (whole numbers; Unix nanoseconds for times), float64,
	// string or bool; Days is set when the field's age in days is compared.
	Value any
	Days  bool
}

// Comparisons lists, for every leaf, the constants its fields are compared with:
// candidates for the smallest change that flips a decision.
func (s *Set) Comparisons() []Comparison {
	var out []Comparison
	for i := range s.leaves {
		s.leaves[i].node.walk(func(n *node) bool {
			out = append(out, comparisonsOf(n)...)
			return true
		})
	}
	return out
}

func comparisonsOf(n *node) []Comparison {
	if len(n.args) == 0 || n.args[0] == nil {
		return nil
	}
	x, days := n.args[0], false
	if x.op == opCall && x.name == "days_since" {
		x, days = x.args[0], true
	}
	if x.op != opField {
		return nil
	}
	switch n.op {
	case opCompare:
		if v := n.args[1]; v.op == opConst {
			return []Comparison{{x.slot, n.name, plain(v.val), days}}
		}
	case opRange:
		r := n.val.([2]int64)
		return []Comparison{{x.slot, ">=", r[0], days}, {x.slot, "<=", r[1], days}}
	case opIn:
		var out []Comparison
		for _, s := range textsOf(n.args[1].val) {
			out = append(out, Comparison{x.slot, "==", s, false})
		}
		return out
	}
	return nil
}

func plain(v any) any {
	if t, ok := v.(instant); ok {
		return int64(t)
	}
	return v
}
