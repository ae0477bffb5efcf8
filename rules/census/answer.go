package census

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/format"
)

// Answer is what there is to compare of a decision, fresh or from a log.
type Answer struct {
	// Contact names who it is about in samples.
	Contact  string
	Send     bool
	Action   string
	Holdout  bool
	Degraded bool
	// By is the gate or persona that the action comes from.
	By       string
	Variants []rules.Choice
	Personas []string
	Reasons  []rules.Reason
}

// AnswerOf takes a decision. The answer shares its memory.
func AnswerOf(contact string, d *rules.Decision) Answer {
	return Answer{
		Contact: contact, Send: d.Send, Action: string(d.Action), Holdout: d.Holdout, Degraded: d.Degraded, By: d.By,
		Variants: d.Variants, Personas: d.Personas, Reasons: d.Reasons,
	}
}

// Actions says what personas do, by id; positive ones do nothing.
type Actions map[string]string

// ActionsOf lists what the personas of a bundle do.
func ActionsOf(b *rules.Bundle) Actions {
	out := Actions{}
	for _, p := range b.Personas() {
		out[p.ID.Value] = actionOf(p)
	}
	return out
}

func actionOf(p *format.Persona) string {
	if p.Action == nil {
		return ""
	}
	return p.Action.Kind.Value
}

// ReadAnswer reads a decision as it was answered. The answer does not say which
// of several matching personas decided; actions, as far as known, tell.
func ReadAnswer(contact string, body []byte, actions Actions) (Answer, error) {
	var w struct {
		Send     bool            `json:"send"`
		Action   string          `json:"action"`
		Variants json.RawMessage `json:"variants"`
		Personas []string        `json:"personas"`
		Holdout  bool            `json:"holdout"`
		Degraded bool            `json:"degraded"`
		Reasons  []struct {
			Code   rules.Code `json:"code"`
			Rule   string     `json:"rule"`
			Slot   string     `json:"slot"`
			Fields []string   `json:"fields"`
			Detail string     `json:"detail"`
			Would  string     `json:"would"`
		} `json:"reasons"`
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return Answer{}, fmt.Errorf("this is no decision: %w", err)
	}
	a := Answer{Contact: contact, Send: w.Send, Action: w.Action, Holdout: w.Holdout, Degraded: w.Degraded, Personas: w.Personas}
	for _, r := range w.Reasons {
		a.Reasons = append(a.Reasons, rules.Reason{Code: r.Code, Rule: r.Rule, Slot: r.Slot, Fields: r.Fields, Detail: r.Detail, Would: r.Would})
	}
	var err error
	if a.Variants, err = readVariants(w.Variants); err != nil {
		return Answer{}, fmt.Errorf("this is no decision: %w", err)
	}
	a.By = a.deciding(actions)
	return a, nil
}

// readVariants reads an object of slots in its order.
func readVariants(body []byte) ([]rules.Choice, error) {
	variants := map[string]string{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &variants); err != nil {
			return nil, err
		}
	}
	out := make([]rules.Choice, 0, len(variants))
	for slot, v := range variants {
		out = append(out, rules.Choice{Slot: slot, Variant: v})
	}
	slices.SortFunc(out, func(a, b rules.Choice) int { return byCount(0, 0, a.Slot, b.Slot) })
	return out, nil
}

// deciding finds the gate or persona that kept a message back, from the reasons
// alone: the first with this action that was not held up.
func (a *Answer) deciding(actions Actions) string {
	if a.Send {
		return ""
	}
	for _, r := range a.Reasons {
		switch r.Code {
		case rules.GateClosed, rules.GateUnknown, rules.GateError, rules.FieldMissing:
			if a.Action == "gate" {
				return r.Rule
			}
		case rules.CapReached:
			if a.Action == "cap" {
				return r.Rule
			}
		case rules.PersonaMatch:
			if does, known := actions[r.Rule]; known && does != a.Action {
				continue
			}
			if a.Action != "gate" && a.Action != "cap" && a.acts(r.Rule) {
				return r.Rule
			}
		}
	}
	return ""
}

// acts tells whether nothing held a matching persona up.
func (a *Answer) acts(persona string) bool {
	return !slices.ContainsFunc(a.Reasons, func(r rules.Reason) bool {
		if r.Rule != persona {
			return false
		}
		switch r.Code {
		case rules.PersonaObserved, rules.PersonaCanaryOut, rules.PersonaOverdue, rules.PersonaClass, rules.Holdout,
			rules.CapOpen, rules.CapUnknown, rules.RerouteHere:
			return true
		}
		return false
	})
}

// variant is what a slot shows, "" when there is no such slot.
func (a *Answer) variant(slot string) string {
	for i := range a.Variants {
		if a.Variants[i].Slot == slot {
			return a.Variants[i].Variant
		}
	}
	return ""
}
