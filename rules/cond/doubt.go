package cond

import "slices"

// A frame may be told that some leaves are not to be relied on. They then are in
// error, and error passes through every condition in which they matter; the
// frame notes whether any condition came out so.

// Depending lists the leaves that depend on the values of some slots, or on
// whether other slots have a value at all.
func (s *Set) Depending(values, slots []int) []int {
	var out []int
	for i := range s.leaves {
		l := &s.leaves[i]
		for _, x := range s.allSlots(l) {
			if slices.Contains(slots, x) || slices.Contains(values, x) && !l.onlyKnown() {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// SlotsOf are the slots that a leaf reads or asks about, also by way of signals.
func (s *Set) SlotsOf(leaf int) []int { return s.allSlots(&s.leaves[leaf]) }

// onlyKnown reports whether the leaf is known(field), and so needs no value.
func (l *leaf) onlyKnown() bool {
	return l.node != nil && l.node.op == opKnown && len(l.node.args) == 1 && l.node.args[0].op == opField
}

// Doubt marks a leaf, after Reset.
func (f *Frame) Doubt(leaf int) { f.leaf[leaf], f.doubting = Error, true }

// SetDoubted notes a doubt that no leaf stands for.
func (f *Frame) SetDoubted() { f.doubted = true }

// Doubted reports whether anything evaluated since Reset depends on what is in
// doubt.
func (f *Frame) Doubted() bool { return f.doubted }

// vague is Eval for a condition with a leaf that is neither true nor false.
func (c *Cond) vague(f *Frame) Tri {
	r := c.tree.eval(f)
	if r == Error && f.doubting && slices.ContainsFunc(c.leaves, f.inDoubt) {
		f.doubted = true
	}
	return r
}

// inDoubt reports whether a leaf is in error because it is in doubt, and not of
// itself. One that stands for a condition in doubt is not: that was noted when
// the condition was evaluated.
func (f *Frame) inDoubt(leaf int) bool {
	return f.leaf[leaf] == Error && !slices.ContainsFunc(f.faults, func(x fault) bool { return x.leaf == leaf })
}
