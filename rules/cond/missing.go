package cond

import (
	"slices"

	"github.com/winnow-gate/winnow/rules/facts"
)

// allSlots are the slots a leaf reads or asks about, also by way of signals.
func (s *Set) allSlots(l *leaf) []int {
	var out []int
	for _, x := range append(append([]int(nil), l.reads...), l.asks...) {
		out = appendNew(out, x)
	}
	for _, sig := range l.sigs {
		for _, x := range s.allSlots(&s.values[sig].reads) {
			out = appendNew(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// Slots returns every slot that the condition reads, also by way of signals and
// other conditions, in ascending order.
func (s *Set) Slots(c *Cond) []int {
	seen := map[*Cond]bool{}
	var out []int
	var visit func(c *Cond)
	visit = func(c *Cond) {
		if c == nil || seen[c] {
			return
		}
		seen[c] = true
		for _, i := range c.leaves {
			l := &s.leaves[i]
			for _, x := range s.allSlots(l) {
				out = appendNew(out, x)
			}
			for _, r := range l.refs {
				visit(s.conds[r])
			}
			for _, sig := range l.sigs {
				for _, r := range s.values[sig].reads.refs {
					visit(s.conds[r])
				}
			}
		}
	}
	visit(c)
	slices.Sort(out)
	return out
}

// Missing returns the slots that made a condition unknown: those of its unknown
// leaves that have no value, or, when all have one (a list item without a
// member, an address without a domain), all that these leaves read. The result
// is good until the frame's next call.
func (s *Set) Missing(c *Cond, f *Frame) []int {
	f.missing = s.missing(c.tree, f, f.missing[:0])
	slices.Sort(f.missing)
	return f.missing
}

// missing adds the slots of a branch. Only parts that are unknown themselves
// count, so that what other conditions had evaluated before does not show.
func (s *Set) missing(b *branch, f *Frame, out []int) []int {
	if b.eval(f) != Unknown {
		return out
	}
	if b.leaf >= 0 {
		return s.missingIn(&s.leaves[b.leaf], f, out)
	}
	for _, k := range b.kids {
		out = s.missing(k, f, out)
	}
	return out
}

func (s *Set) missingIn(l *leaf, f *Frame, out []int) []int {
	found := false
	for _, r := range l.refs {
		if s.conds[r].Eval(f) == Unknown {
			found, out = true, s.missing(s.conds[r].tree, f, out)
		}
	}
	for _, sig := range l.sigs {
		if f.signal(sig).state == Unknown {
			found, out = true, s.missingIn(&s.values[sig].reads, f, out)
		}
	}
	for _, x := range l.reads {
		if f.Facts.Slots[x].State != facts.Known {
			found, out = true, appendNew(out, x)
		}
	}
	if !found {
		for _, x := range l.reads {
			out = appendNew(out, x)
		}
	}
	return out
}

// Faults returns why a condition is in error, in the order of its leaves.
func (s *Set) Faults(c *Cond, f *Frame) []string { return s.faults(c.tree, f, nil) }

func (s *Set) faults(b *branch, f *Frame, out []string) []string {
	if b.eval(f) != Error {
		return out
	}
	for _, k := range b.kids {
		out = s.faults(k, f, out)
	}
	if b.leaf < 0 {
		return out
	}
	for _, r := range s.leaves[b.leaf].refs {
		out = s.faults(s.conds[r].tree, f, out)
	}
	if why := f.Fault(int(b.leaf)); why != "" {
		out = append(out, why)
	}
	return out
}
