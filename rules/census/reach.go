package census

import (
	"slices"

	"github.com/winnow-gate/winnow/rules"
)

// Reach counts whom the rules reach, and how: gates, personas, slots.
type Reach struct {
	bundle   *rules.Bundle
	how      Sampling
	n        int64
	sent     int64
	unsure   int64
	heldOut  int64
	shadow   int64 // sent, and would not have been
	actions  tally
	gates    map[string]*gateCount
	personas map[string]*personaCount
	ways     map[way]int64
	slots    map[string]*slotCount
	splits   map[splitKey]tally
	flow     string // the slot that the picture ends in
}

type gateCount struct{ closed, decided, unknown, failed int64 }

type personaCount struct {
	matched, decided, exempt, unknown, failed, holdout, class, observed int64
	would                                                               tally
	missed                                                              int64 // would have kept back somebody who was sent to
	samples                                                             sample
}

// way is a path through the picture: nobody is named in it.
type way struct {
	by     string // gate or persona that kept the message back, "" when sent
	action string
	unsure bool
	shown  string // variant of the slot of the picture, when sent
}

type slotCount struct {
	shown, would, rules tally
	byDefault, pinned   int64
}

type splitKey struct{ slot, rule string }

// NewReach counts for one bundle. Its picture ends in the variants of one slot,
// "" for the first.
func NewReach(b *rules.Bundle, slot string, how Sampling) *Reach {
	if slots := b.Slots(); slot == "" && len(slots) > 0 {
		slot = slots[0].Slot
	}
	return &Reach{
		bundle: b, how: how, flow: slot, actions: tally{}, gates: map[string]*gateCount{}, personas: map[string]*personaCount{},
		ways: map[way]int64{}, slots: map[string]*slotCount{}, splits: map[splitKey]tally{},
	}
}

// Add counts one decision. It keeps nothing of it but ids of rules.
func (r *Reach) Add(a *Answer) {
	r.n++
	if a.Send {
		r.sent++
	}
	if a.Holdout {
		r.heldOut++
	}
	r.actions[a.Action]++
	unsure, shadowed := false, false
	for i := range a.Reasons {
		unsure = r.reason(a, &a.Reasons[i]) || unsure
		shadowed = shadowed || shadows(&a.Reasons[i])
	}
	if unsure {
		r.unsure++
	}
	if a.Send && shadowed {
		r.shadow++
	}
	r.decided(a)
	r.ways[r.wayOf(a, unsure)]++
	if a.Action != "gate" {
		r.variants(a)
	}
}

// shadows reports whether a reason is of a rule that only observes and would have
// kept the message back.
func shadows(x *rules.Reason) bool { return observes(x.Code) && x.Slot == "" && KeepsBack(x.Would) }

func observes(c rules.Code) bool {
	return c == rules.PersonaObserved || c == rules.PersonaCanaryOut || c == rules.PersonaOverdue
}

func (r *Reach) wayOf(a *Answer, unsure bool) way {
	w := way{action: "send", unsure: unsure}
	if !a.Send {
		w.by, w.action = a.By, a.Action
		return w
	}
	w.shown = a.variant(r.flow)
	return w
}

func (r *Reach) decided(a *Answer) {
	switch {
	case a.By == "":
	case a.Action == "gate":
		r.gate(a.By).decided++
	default:
		r.persona(a.By).decided++
	}
}

func (r *Reach) gate(id string) *gateCount {
	g := r.gates[id]
	if g == nil {
		g = &gateCount{}
		r.gates[id] = g
	}
	return g
}

func (r *Reach) persona(id string) *personaCount {
	p := r.personas[id]
	if p == nil {
		p = &personaCount{would: tally{}}
		r.personas[id] = p
	}
	return p
}

func (r *Reach) slot(id string) *slotCount {
	s := r.slots[id]
	if s == nil {
		s = &slotCount{shown: tally{}, would: tally{}, rules: tally{}}
		r.slots[id] = s
	}
	return s
}

// reason counts one reason, and reports whether data was missing for it.
func (r *Reach) reason(a *Answer, x *rules.Reason) (unsure bool) {
	switch x.Code {
	case rules.GateClosed:
		r.gate(x.Rule).closed++
	case rules.FieldMissing:
		r.gate(x.Rule).closed++
		return true
	case rules.GateUnknown, rules.GateUnknownOpen:
		r.gate(x.Rule).unknown++
		return true
	case rules.GateError, rules.GateErrorOpen:
		r.gate(x.Rule).failed++
	case rules.SlotRule, rules.SlotModule:
		r.slot(x.Slot).rules[x.Rule]++
	case rules.SlotSplit:
		r.slot(x.Slot).rules[x.Rule]++
		r.split(x, a.variant(x.Slot))
	case rules.SlotDefault:
		r.slot(x.Slot).byDefault++
	case rules.SlotPinned:
		r.slot(x.Slot).pinned++
	case rules.SlotObserved:
		r.slot(x.Slot).would[x.Would]++
	case rules.SlotUnknown, rules.SplitUnknown:
		return true
	default:
		return r.ofPersona(a, x)
	}
	return false
}

func (r *Reach) split(x *rules.Reason, variant string) {
	k := splitKey{x.Slot, x.Rule}
	if r.splits[k] == nil {
		r.splits[k] = tally{}
	}
	r.splits[k][variant]++
}

func (r *Reach) ofPersona(a *Answer, x *rules.Reason) (unsure bool) {
	switch x.Code {
	case rules.PersonaUnknown:
		r.persona(x.Rule).unknown++
		if slices.Contains(a.Personas, x.Rule) {
			r.matched(a, x.Rule)
		}
		return true
	case rules.PersonaError:
		r.persona(x.Rule).failed++
		if slices.Contains(a.Personas, x.Rule) {
			r.matched(a, x.Rule)
		}
	case rules.PersonaMatch:
		r.matched(a, x.Rule)
	case rules.PersonaExempt:
		r.persona(x.Rule).exempt++
	case rules.Holdout:
		r.persona(x.Rule).holdout++
	case rules.PersonaClass:
		r.persona(x.Rule).class++
	case rules.PersonaObserved, rules.PersonaCanaryOut, rules.PersonaOverdue:
		p := r.persona(x.Rule)
		p.observed++
		p.would[x.Would]++
		if a.Send && KeepsBack(x.Would) {
			p.missed++
		}
	}
	return false
}

func (r *Reach) matched(a *Answer, id string) {
	p := r.persona(id)
	p.matched++
	p.samples.add(r.how, a.Contact)
}

func (r *Reach) variants(a *Answer) {
	for i := range a.Variants {
		r.slot(a.Variants[i].Slot).shown[a.Variants[i].Variant]++
	}
}
