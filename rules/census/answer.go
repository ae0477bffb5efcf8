package census

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

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
	// HoldUntil, Route and Ask say more of the action.
	HoldUntil time.Time
	Route     []string
	Ask       []string
}

// AnswerOf takes a decision. The answer shares its memory.
func AnswerOf(contact string, d *rules.Decision) Answer {
	return Answer{
		Contact: contact, Send: d.Send, Action: string(d.Action), Holdout: d.Holdout, Degraded: d.Degraded, By: d.By,
		Variants: d.Variants, Personas: d.Personas, Reasons: d.Reasons, HoldUntil: d.HoldUntil, Route: d.Route, Ask: d.Ask,
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
		Send      bool                       `json:"send"`
		Action    string                     `json:"action"`
		Variants  map[string]string          `json:"variants"`
		Content   map[string]json.RawMessage `json:"content"`
		Personas  []string                   `json:"personas"`
		Holdout   bool                       `json:"holdout"`
		Degraded  bool                       `json:"degraded"`
		HoldUntil *time.Time                 `json:"hold_until"`
		Route     []string                   `json:"route"`
		Ask       []string                   `json:"ask"`
		Reasons   []struct {
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
	a := Answer{Contact: contact, Send: w.Send, Action: w.Action, Holdout: w.Holdout, Degraded: w.Degraded, Personas: w.Personas, Route: w.Route, Ask: w.Ask}
	if w.HoldUntil != nil {
		a.HoldUntil = *w.HoldUntil
	}
	for _, r := range w.Reasons {
		a.Reasons = append(a.Reasons, rules.Reason{Code: r.Code, Rule: r.Rule, Slot: r.Slot, Fields: r.Fields, Detail: r.Detail, Would: r.Would})
	}
	for slot, v := range w.Variants {
		a.Variants = append(a.Variants, rules.Choice{Slot: slot, Variant: v, Content: w.Content[slot]})
	}
	slices.SortFunc(a.Variants, func(x, y rules.Choice) int { return cmp.Compare(x.Slot, y.Slot) })
	a.By = a.deciding(actions)
	return a, nil
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

// sameRest tells whether two answers agree in what only goes with the action and
// the variants. A moment is compared to the second, as answers write it.
func sameRest(a, b *Answer) bool {
	if !a.HoldUntil.Truncate(time.Second).Equal(b.HoldUntil.Truncate(time.Second)) || !slices.Equal(a.Route, b.Route) || !slices.Equal(a.Ask, b.Ask) {
		return false
	}
	for i := range a.Variants {
		x := &a.Variants[i]
		for j := range b.Variants {
			if y := &b.Variants[j]; y.Slot == x.Slot && y.Variant == x.Variant && !bytes.Equal(x.Content, y.Content) {
				return false
			}
		}
	}
	return true
}
