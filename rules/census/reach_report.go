package census

import (
	"slices"

	"github.com/winnow-gate/winnow/rules/format"
)

// ReachReport is what Reach counted.
type ReachReport struct {
	Bundle   string `json:"bundle"`
	Contacts int64  `json:"contacts"`
	Sent     int64  `json:"sent"`
	// Repeated is how many contacts were on a row before, if somebody counted.
	Repeated int64 `json:"repeated,omitempty"`
	// Unsure is how many contacts lacked data that some rule asked for.
	Unsure int64 `json:"unsure"`
	// HeldOut is how many are sent to only to measure what suppressing costs.
	HeldOut int64 `json:"held_out"`
	// Shadow is how many are sent to and would not be, if every persona that
	// only observes were enforced.
	Shadow   int64          `json:"shadow"`
	Actions  []Outcome      `json:"actions"`
	Gates    []GateReach    `json:"gates"`
	Personas []PersonaReach `json:"personas"`
	Slots    []SlotReach    `json:"slots"`
	Splits   []SplitReach   `json:"splits"`
	Flow     Flow           `json:"flow"`
}

// GateReach is how often a gate was not open.
type GateReach struct {
	ID string `json:"id"`
	// Decided is how many messages it kept back, as the first that did.
	Decided int64 `json:"decided"`
	Closed  int64 `json:"closed"`
	Unknown int64 `json:"unknown"`
	Failed  int64 `json:"failed"`
}

// PersonaReach is whom a persona reaches of those past the gates.
type PersonaReach struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Negative bool   `json:"negative"`
	Action   string `json:"action,omitempty"`
	Mode     string `json:"mode,omitempty"`
	Matched  int64  `json:"matched"`
	// Decided is how many sends its action decided upon.
	Decided int64 `json:"decided"`
	Exempt  int64 `json:"exempt"`
	HeldOut int64 `json:"held_out"`
	// Observed is how many it only observed, and Would what it had done to them.
	Observed int64     `json:"observed"`
	Would    []Outcome `json:"would"`
	// Missed is how many of these were sent to, and would not have been.
	Missed  int64    `json:"would_keep_back"`
	Class   int64    `json:"other_class"`
	Unknown int64    `json:"unknown"`
	Failed  int64    `json:"failed"`
	Samples []string `json:"samples,omitempty"`
}

// SlotReach is what a slot shows to those past the gates.
type SlotReach struct {
	Slot      string         `json:"slot"`
	Default   string         `json:"default"`
	ByDefault int64          `json:"by_default"`
	Pinned    int64          `json:"pinned"`
	Variants  []VariantReach `json:"variants"`
	Rules     []Outcome      `json:"rules"`
}

// VariantReach is who sees a variant, and who would by a rule that only observes.
type VariantReach struct {
	Variant string `json:"variant"`
	N       int64  `json:"n"`
	Would   int64  `json:"would"`
}

// Report lists every rule of the bundle, also those that reached nobody.
func (r *Reach) Report() *ReachReport {
	out := &ReachReport{
		Bundle: r.bundle.Digest(), Contacts: r.n, Sent: r.sent, Unsure: r.unsure, HeldOut: r.heldOut, Shadow: r.shadow,
		Actions: r.actions.list(), Gates: []GateReach{}, Personas: []PersonaReach{}, Slots: []SlotReach{},
		Splits: r.splitReport(), Flow: r.flowReport(),
	}
	for id, g := range r.gates {
		out.Gates = append(out.Gates, GateReach{id, g.decided, g.closed, g.unknown, g.failed})
	}
	slices.SortFunc(out.Gates, func(a, b GateReach) int { return byCount(a.Decided, b.Decided, a.ID, b.ID) })
	for _, card := range r.bundle.Personas() {
		out.Personas = append(out.Personas, r.personaReport(card))
	}
	for _, s := range r.bundle.Slots() {
		c := r.slot(s.Slot)
		x := SlotReach{Slot: s.Slot, Default: s.Variants[0], ByDefault: c.byDefault, Pinned: c.pinned, Rules: c.rules.list()}
		for _, v := range s.Variants {
			x.Variants = append(x.Variants, VariantReach{v, c.shown[v], c.would[v]})
		}
		out.Slots = append(out.Slots, x)
	}
	return out
}

func (r *Reach) personaReport(card *format.Persona) PersonaReach {
	id := card.ID.Value
	c := r.persona(id)
	return PersonaReach{
		ID: id, Name: card.Name.Value, Negative: card.Kind.Value == "negative", Action: actionOf(card), Mode: ModeOf(card),
		Matched: c.matched, Decided: c.decided, Exempt: c.exempt, HeldOut: c.holdout, Observed: c.observed, Would: c.would.list(),
		Missed: c.missed, Class: c.class, Unknown: c.unknown, Failed: c.failed, Samples: c.samples.list(),
	}
}

// ModeOf is the mode of a negative persona in words; "" when it is enforced.
func ModeOf(card *format.Persona) string {
	switch {
	case card.Mode == nil || card.Mode.Kind.Value == "enforce":
		return ""
	case card.Mode.Kind.Value == "canary":
		return "canary " + trimmed(float64(card.Mode.Canary.Buckets)/1000) + "%"
	default:
		return card.Mode.Kind.Value
	}
}
