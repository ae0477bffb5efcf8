package rules

import (
	"cmp"
	"slices"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Coverage notes what a series of decisions has exercised of a bundle: each
// leaf predicate seen true and seen false, each rule matched and skipped, each
// variant served. It serves one goroutine at a time.
type Coverage struct {
	bundle *Bundle
	points []Point
	leaves []leafPoint // by leaf, each once
	index  map[Point]int
	rules  []rulePoint
}

// Point is one thing that tests should show at least once.
type Point struct {
	// Kind is leaf, gate, persona, slot_rule or variant.
	Kind string `json:"kind"`
	// Rule is the id of the gate, persona, signal or slot rule that holds it.
	Rule string `json:"rule,omitempty"`
	// Slot and Variant are set for variants, Slot also for slot rules.
	Slot    string `json:"slot,omitempty"`
	Variant string `json:"variant,omitempty"`
	// Text is the predicate, for a leaf.
	Text string `json:"text,omitempty"`
	// Want is what has to be seen: true, false, open, closed, matched, skipped
	// or served.
	Want string `json:"want"`
	// At is where it stands; a zero line when that is not known.
	At diag.Place `json:"-"`
	// Seen is set when it has been.
	Seen bool `json:"seen"`
}

type leafPoint struct{ leaf, yes, no int } // points of a leaf seen true and false

func (l leafPoint) shown(in *Input) int {
	switch in.frame.Force(l.leaf) {
	case cond.True:
		return l.yes
	case cond.False:
		return l.no
	}
	return -1
}

// rulePoint asks, after a decision, which of two points was shown; -1 is neither.
type rulePoint func(in *Input) int

// NewCoverage returns the coverage of no decision at all.
func (b *Bundle) NewCoverage() *Coverage {
	c := &Coverage{bundle: b, index: map[Point]int{}}
	seen := map[int]bool{}
	for _, s := range b.signals {
		c.addLeaves(seen, s.name, s.cond)
	}
	for _, g := range slices.Concat(b.legal, b.data) {
		c.addGate(seen, g)
	}
	for _, p := range slices.Concat(b.positives, b.negatives) {
		c.addPersona(seen, p)
	}
	for _, s := range b.slots {
		c.addSlot(seen, s)
	}
	return c
}

// Points lists everything to cover, sorted by place.
func (c *Coverage) Points() []Point {
	out := slices.Clone(c.points)
	slices.SortStableFunc(out, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	return out
}

// Record notes what the decision just made on the input has exercised. Leaves
// that deciding could skip are evaluated here: a test that reaches a rule counts
// for each part of its condition. What stands behind a closed gate was not
// reached and does not count.
func (c *Coverage) Record(in *Input) {
	reached := c.bundle.reached(in)
	for _, l := range c.leaves {
		if !reached {
			break
		}
		if i := l.shown(in); i >= 0 {
			c.points[i].Seen = true
		}
	}
	for _, r := range c.rules {
		if i := r(in); i >= 0 {
			c.points[i].Seen = true
		}
	}
	for _, v := range in.decision.Variants {
		if i, ok := c.index[Point{Kind: "variant", Slot: v.Slot, Variant: v.Variant}]; ok && reached {
			c.points[i].Seen = true
		}
	}
}

// reached reports whether the decision got past the gates, to personas and slots.
func (b *Bundle) reached(in *Input) bool {
	d := &in.decision
	if d.Action == Gate || d.Degraded {
		return false
	}
	return len(b.slots) == 0 || slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Slot != "" })
}

func (c *Coverage) add(p Point) int {
	c.points = append(c.points, p)
	return len(c.points) - 1
}

// addLeaves adds the leaves of conditions; of a shared leaf, the first place.
func (c *Coverage) addLeaves(seen map[int]bool, rule string, q *cond.Cond) {
	if q == nil {
		return
	}
	if _, fixed := q.Constant(c.bundle.set); fixed {
		return
	}
	for _, l := range q.Leaves() {
		if seen[l.Index] || l.Source == nil { // nobody wrote a leaf without a source
			continue
		}
		seen[l.Index] = true
		p := Point{Kind: "leaf", Rule: rule, Text: l.Text, At: l.Source.Place(l.From, l.To), Want: "true"}
		yes := c.add(p)
		p.Want = "false"
		c.leaves = append(c.leaves, leafPoint{l.Index, yes, c.add(p)})
	}
}

func (c *Coverage) addGate(seen map[int]bool, g *gate) {
	p := Point{Kind: "gate", Rule: g.id, Want: "open"}
	if g.require != nil {
		p.At = g.require.Source.Place(0, 1)
	}
	isOpen := c.add(p)
	p.Want = "closed"
	isClosed := c.add(p)
	c.rules = append(c.rules, func(in *Input) int { return g.shown(in, isOpen, isClosed) })
	c.gateLeaves(seen, g)
}

// gateLeaves are noted behind closed gates too: gates come first.
func (c *Coverage) gateLeaves(seen map[int]bool, g *gate) {
	before := len(c.leaves)
	c.addLeaves(seen, g.id, g.require)
	c.addLeaves(seen, g.id, g.when)
	own := slices.Clone(c.leaves[before:])
	c.leaves = c.leaves[:before]
	for _, l := range own {
		c.rules = append(c.rules, l.shown)
	}
}

// shown tells which side of a gate a decision met.
func (g *gate) shown(in *Input, isOpen, isClosed int) int {
	b := in.bundle
	if g.classes&classOf(in.text(b.at.class)) == 0 || g.when != nil && g.when.Eval(&in.frame) == cond.False {
		return -1
	}
	ok := true
	if g.require != nil {
		ok = g.require.Eval(&in.frame) == cond.True
	}
	for _, s := range g.fields {
		ok = ok && in.facts.Slots[s].State == facts.Known
	}
	if ok {
		return isOpen
	}
	return isClosed
}

func (c *Coverage) addPersona(seen map[int]bool, p *persona) {
	at := p.card.ID.At
	matched := c.add(Point{Kind: "persona", Rule: p.id, Want: "matched", At: at})
	skipped := -1
	if _, fixed := p.match.Constant(c.bundle.set); !fixed {
		skipped = c.add(Point{Kind: "persona", Rule: p.id, Want: "skipped", At: at})
	}
	c.rules = append(c.rules, func(in *Input) int {
		switch {
		case !in.bundle.reached(in):
			return -1
		case slices.Contains(in.decision.Personas, p.id):
			return matched
		}
		return skipped
	})
	c.addLeaves(seen, p.id, p.when)
	c.addLeaves(seen, p.id, p.unless)
}

func (c *Coverage) addSlot(seen map[int]bool, s *slot) {
	used := map[int]diag.Place{}
	for i, r := range s.rules {
		at := r.when.Source.Place(0, 1)
		used[r.use] = at
		for _, x := range r.shares {
			used[x.variant] = at
		}
		c.addRule(s, r, at, i == 0)
		c.addLeaves(seen, r.id, r.when)
	}
	for i, v := range s.variants {
		c.index[Point{Kind: "variant", Slot: s.id, Variant: v.Variant}] = c.add(Point{Kind: "variant", Slot: s.id, Variant: v.Variant, Want: "served", At: used[i]})
	}
}

func (c *Coverage) addRule(s *slot, r *slotRule, at diag.Place, first bool) {
	matched := c.add(Point{Kind: "slot_rule", Rule: r.id, Slot: s.id, Want: "matched", At: at})
	skipped := -1
	if v, fixed := r.when.Constant(c.bundle.set); !fixed || v != cond.True || !first || r.active != nil {
		skipped = c.add(Point{Kind: "slot_rule", Rule: r.id, Slot: s.id, Want: "skipped", At: at})
	}
	c.rules = append(c.rules, func(in *Input) int {
		if !in.bundle.reached(in) {
			return -1
		}
		for _, reason := range in.decision.Reasons {
			if reason.Rule == r.id && reason.Slot == s.id && (reason.Code == SlotRule || reason.Code == SlotSplit || reason.Code == SlotModule) {
				return matched
			}
		}
		return skipped
	})
}
