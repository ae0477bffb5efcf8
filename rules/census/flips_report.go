package census

import (
	"cmp"
	"slices"

	"github.com/winnow-gate/winnow/rules"
)

// FlipReport is what Flips counted.
type FlipReport struct {
	Contacts int64 `json:"contacts"`
	// Changed is how many answers differ at all, beyond the order of personas and
	// reasons.
	Changed int64 `json:"changed"`
	// In is how many are sent to now and were not, Out the other way about.
	In  int64 `json:"in"`
	Out int64 `json:"out"`
	// Rest is how many differ in the content of a variant, the hold, the route, what
	// is asked for, who decided on the same action, or the details of a reason.
	Rest int64 `json:"rest"`
	// Causes put the flips down to gates and personas.
	Causes   []CauseFlips   `json:"causes"`
	Actions  []ActionMove   `json:"actions"`
	Personas []PersonaFlips `json:"personas"`
	Slots    []VariantMove  `json:"slots"`
	Reasons  []ReasonFlips  `json:"reasons"`
}

// Share is the part of the contacts whose send flipped, from 0 to 1.
func (r *FlipReport) Share() float64 {
	if r.Contacts == 0 {
		return 0
	}
	return float64(r.In+r.Out) / float64(r.Contacts)
}

// CauseFlips is how many sends flipped for one cause.
type CauseFlips struct {
	Cause
	N       int64    `json:"n"`
	Samples []string `json:"samples,omitempty"`
}

// ActionMove is how many answers went from one action to another.
type ActionMove struct {
	From string `json:"from"`
	To   string `json:"to"`
	N    int64  `json:"n"`
}

// PersonaFlips is who is of a persona now and was not, and the other way about.
type PersonaFlips struct {
	ID string `json:"id"`
	Moves
}

// ReasonFlips is how many answers give a reason now and did not, and the other
// way about.
type ReasonFlips struct {
	Code rules.Code `json:"code"`
	Rule string     `json:"rule,omitempty"`
	Slot string     `json:"slot,omitempty"`
	Moves
}

// Moves counts who came and who went.
type Moves struct {
	Gained       int64    `json:"gained"`
	Lost         int64    `json:"lost"`
	GainedSample []string `json:"gained_sample,omitempty"`
	LostSample   []string `json:"lost_sample,omitempty"`
}

func (m Moves) total() int64 { return m.Gained + m.Lost }

func (g *gainLoss) moves() Moves {
	return Moves{g.gained.n, g.lost.n, g.gained.samples.list(), g.lost.samples.list()}
}

// VariantMove is how many contacts see another variant in a slot; "" stands for
// a slot that is not there.
type VariantMove struct {
	Slot    string   `json:"slot"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	N       int64    `json:"n"`
	Samples []string `json:"samples,omitempty"`
}

// Report lists all changes, the most frequent first.
func (f *Flips) Report() *FlipReport {
	out := &FlipReport{
		Contacts: f.n, Changed: f.changed, In: f.in, Out: f.out, Rest: f.rest,
		Causes: []CauseFlips{}, Actions: []ActionMove{}, Personas: []PersonaFlips{}, Slots: []VariantMove{}, Reasons: []ReasonFlips{},
	}
	for k, c := range f.causes {
		out.Causes = append(out.Causes, CauseFlips{k, c.n, c.samples.list()})
	}
	for k, n := range f.actions {
		out.Actions = append(out.Actions, ActionMove{k[0], k[1], n})
	}
	for k, g := range f.personas {
		out.Personas = append(out.Personas, PersonaFlips{k, g.moves()})
	}
	for k, c := range f.slots {
		out.Slots = append(out.Slots, VariantMove{k.slot, k.from, k.to, c.n, c.samples.list()})
	}
	for k, g := range f.reasons {
		out.Reasons = append(out.Reasons, ReasonFlips{k.code, k.rule, k.slot, g.moves()})
	}
	out.sort()
	return out
}

func (r *FlipReport) sort() {
	slices.SortFunc(r.Causes, func(a, b CauseFlips) int {
		return cmp.Or(byCount(a.N, b.N, a.Rule, b.Rule), cmp.Compare(a.Action, b.Action), order(a.Now, b.Now))
	})
	slices.SortFunc(r.Actions, func(a, b ActionMove) int { return byCount(a.N, b.N, a.From+" "+a.To, b.From+" "+b.To) })
	slices.SortFunc(r.Personas, func(a, b PersonaFlips) int { return byCount(a.total(), b.total(), a.ID, b.ID) })
	slices.SortFunc(r.Slots, func(a, b VariantMove) int {
		return cmp.Or(cmp.Compare(a.Slot, b.Slot), byCount(a.N, b.N, a.From+" "+a.To, b.From+" "+b.To))
	})
	slices.SortFunc(r.Reasons, func(a, b ReasonFlips) int {
		return byCount(a.total(), b.total(), string(a.Code)+" "+a.Slot+" "+a.Rule, string(b.Code)+" "+b.Slot+" "+b.Rule)
	})
}

func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return 1
	}
	return -1
}
