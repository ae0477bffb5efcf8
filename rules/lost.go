package rules

import (
	"slices"

	"github.com/winnow-gate/winnow/rules/facts"
)

// Lost says which slots of an input can't be relied on, because a log kept
// hashes of their values, or nothing.
type Lost struct {
	// Values are slots that had a value, which is not known.
	Values []int
	// Slots are those of which nothing is known, not even whether they had one.
	Slots []int
}

// DecideWithout decides on an input of which something was lost. sure tells that
// nothing lost had a say: the decision is the same whatever stood there. When it
// is not sure, the decision is of no use.
//
// A predicate that needs what was lost is as the record says, if the input was
// read from one that kept its answer. Any other counts as an error, which passes
// through and, or and not wherever the predicate matters and nowhere else; so a
// decision that never met it does not depend on it.
func (b *Bundle) DecideWithout(in *Input, lost Lost) (d *Decision, sure bool) {
	lost = b.spread(lost)
	for _, s := range lost.Values {
		if v := &in.facts.Slots[s]; v.State == facts.Absent { // it was there, or it could not have been lost
			v.State = facts.Known
		}
	}
	in.lost = &lost
	defer func() { in.lost = nil }()
	d = b.Decide(in)
	return d, !in.frame.Doubted()
}

// spread adds what depends on what was lost: values whose age is not known, and
// what modules make of them. What modules compute is not lost itself.
func (b *Bundle) spread(l Lost) Lost {
	out := Lost{Values: slices.Clone(l.Values), Slots: slices.Clone(l.Slots)}
	gone := func(s int) bool { return slices.Contains(out.Values, s) || slices.Contains(out.Slots, s) }
	for s := range b.paths {
		if f := b.layout.Field(s); f.MaxAge > 0 && !gone(s) {
			if at := b.layout.Slot(f.AsOf); at >= 0 && gone(at) {
				out.Slots = append(out.Slots, s)
			}
		}
	}
	computed := func(s int) bool { return b.computed(s) }
	out.Values, out.Slots = slices.DeleteFunc(out.Values, computed), slices.DeleteFunc(out.Slots, computed)
	for range b.modules { // one may read what another computes
		for _, m := range b.modules {
			if slices.ContainsFunc(m.inputs, gone) {
				for _, s := range m.outputs {
					if !gone(s) {
						out.Slots = append(out.Slots, s)
					}
				}
			}
		}
	}
	return out
}

// doubt marks the predicates that what was lost speaks in, and settles those whose
// answers were kept. The frame was reset.
func (in *Input) doubt() {
	b, said := in.bundle, in.said()
	for _, i := range b.set.Depending(in.lost.Values, in.lost.Slots) {
		if !in.recall(i, said) {
			in.frame.Doubt(i)
		}
	}
	for _, s := range [...]int{b.at.class, b.at.channel} {
		if in.isLost(s) {
			in.frame.SetDoubted()
		}
	}
}

// isLost reports whether a slot's value can't be relied on.
func (in *Input) isLost(slot int) bool {
	return in.lost != nil && (slices.Contains(in.lost.Values, slot) || slices.Contains(in.lost.Slots, slot))
}

// met notes that deciding itself looked at the value of a slot.
func (in *Input) met(slot int) {
	if in.lost != nil && in.isLost(slot) {
		in.frame.SetDoubted()
	}
}

// metState notes that deciding itself asked whether a slot has a value.
func (in *Input) metState(slot int) {
	if in.lost != nil && slices.Contains(in.lost.Slots, slot) {
		in.frame.SetDoubted()
	}
}

// metModule notes that deciding itself ran a module.
func (in *Input) metModule(m *module) {
	for _, s := range m.inputs {
		in.met(s)
	}
}
