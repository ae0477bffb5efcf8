package rules

import (
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/cond"
)

// Panel asks more of a contact than its decision needs: every persona, also
// behind closed gates, and every predicate that somebody wrote. It is for those
// who study an audience. A Panel is immutable and safe for concurrent use.
type Panel struct {
	bundle     *Bundle
	personas   []*persona
	leaves     []int
	predicates []Predicate
}

// Predicate is one leaf of the conditions.
type Predicate struct {
	// Text is as its first author wrote it, on one line.
	Text string
	// Personas are the ids of the personas that it asks for by name.
	Personas []string
}

// NewPanel returns the panel of the bundle's personas, positive ones first, and
// of the predicates of all its personas, slot rules and signals.
func (b *Bundle) NewPanel() *Panel {
	p := &Panel{bundle: b, personas: slices.Concat(b.positives, b.negatives)}
	seen := map[int]bool{}
	for _, x := range p.personas {
		p.add(seen, x.when)
		p.add(seen, x.unless)
	}
	for _, s := range b.signals {
		p.add(seen, s.cond)
	}
	for _, s := range b.slots {
		for _, r := range s.rules {
			p.add(seen, r.when)
		}
	}
	return p
}

func (p *Panel) add(seen map[int]bool, q *cond.Cond) {
	if q == nil {
		return
	}
	if _, fixed := q.Constant(p.bundle.set); fixed {
		return
	}
	for _, l := range q.Leaves() {
		if seen[l.Index] || l.Source == nil {
			continue
		}
		seen[l.Index] = true
		d := Predicate{Text: oneLine(l.Text)}
		for _, ref := range cond.References(l.Text) {
			if id, ok := strings.CutPrefix(ref, "persona."); ok {
				d.Personas = append(d.Personas, id)
			}
		}
		p.leaves, p.predicates = append(p.leaves, l.Index), append(p.predicates, d)
	}
}

// Personas are the ids, in the order of Read.
func (p *Panel) Personas() []string {
	out := make([]string, len(p.personas))
	for i, x := range p.personas {
		out[i] = x.id
	}
	return out
}

// Predicates are those that Read answers, in its order.
func (p *Panel) Predicates() []Predicate { return p.predicates }

// Read answers for the contact that was decided upon last: whether it is of each
// persona, and what each predicate says. It appends to what it is given.
func (p *Panel) Read(in *Input, personas, predicates []cond.Tri) (ofPersonas, ofPredicates []cond.Tri) {
	for _, x := range p.personas {
		personas = append(personas, x.match.Eval(&in.frame))
	}
	for _, l := range p.leaves {
		predicates = append(predicates, in.frame.Force(l))
	}
	return personas, predicates
}

// Persona reports whether the contact that was decided upon last is of one
// persona, and names the fields that are missing when that is unknown. ok is
// false when there is no such persona.
func (p *Panel) Persona(in *Input, id string) (v cond.Tri, missing []string, ok bool) {
	for _, x := range p.personas {
		if x.id != id {
			continue
		}
		if v = x.match.Eval(&in.frame); v == cond.Unknown {
			for _, s := range p.bundle.set.Missing(x.match, &in.frame) {
				missing = append(missing, p.bundle.paths[s])
			}
		}
		return v, missing, true
	}
	return 0, nil, false
}

// SplitPlan is what a slot rule with a split promises.
type SplitPlan struct {
	Slot, Rule string
	// By is the field that it goes by.
	By     string
	Shares []PlannedShare
}

// PlannedShare is the part of the people, from 0 to 1, that a variant is for.
type PlannedShare struct {
	Variant string
	Share   float64
}

// Splits lists the bundle's splits, in its order.
func (b *Bundle) Splits() []SplitPlan {
	var out []SplitPlan
	for _, s := range b.slots {
		for _, r := range s.rules {
			if len(r.shares) == 0 {
				continue
			}
			p := SplitPlan{Slot: s.id, Rule: r.id, By: b.paths[r.by]}
			from := 0
			for _, x := range r.shares {
				p.Shares = append(p.Shares, PlannedShare{s.variants[x.variant].Variant, float64(x.end-from) / bucket.Count})
				from = x.end
			}
			out = append(out, p)
		}
	}
	return out
}

// Slots lists the slots with their variants, in the bundle's order; of each slot
// the first variant is its default.
func (b *Bundle) Slots() []SlotPlan {
	var out []SlotPlan
	for _, s := range b.slots {
		p := SlotPlan{Slot: s.id, Variants: []string{s.variants[s.fallback].Variant}}
		for i, v := range s.variants {
			if i != s.fallback {
				p.Variants = append(p.Variants, v.Variant)
			}
		}
		out = append(out, p)
	}
	return out
}

// SlotPlan is a slot and what may stand in it.
type SlotPlan struct {
	Slot     string
	Variants []string
}
