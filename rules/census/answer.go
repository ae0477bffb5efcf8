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

// actionOf is what a persona does; positive ones do nothing.
func actionOf(p *format.Persona) string {
	if p.Action == nil {
		return ""
	}
	return p.Action.Kind.Value
}

// ReadAnswer reads a decision as it was answered.
func ReadAnswer(contact string, body []byte) (Answer, error) {
	var w struct {
		Send      bool                       `json:"send"`
		Action    string                     `json:"action"`
		By        string                     `json:"by"`
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
	a := Answer{Contact: contact, Send: w.Send, Action: w.Action, By: w.By, Holdout: w.Holdout, Degraded: w.Degraded, Personas: w.Personas, Route: w.Route, Ask: w.Ask}
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
	return a, nil
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

// sameRest reports whether two answers agree in what only goes with the action, the
// variants and the reasons. A moment is compared to the second, as answers write it.
func sameRest(a, b *Answer) bool {
	if a.Action == b.Action && a.By != b.By || !sameDetails(a.Reasons, b.Reasons) {
		return false
	}
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

// sameDetails reports whether reasons that both answers give say the same of it: what
// was lacking, and what a rule that only observes would have done.
func sameDetails(a, b []rules.Reason) bool {
	for i := range a {
		x := &a[i]
		for j := range b {
			y := &b[j]
			if codeOf(x) == codeOf(y) && (x.Would != y.Would || x.Detail != y.Detail || !slices.Equal(x.Fields, y.Fields)) {
				return false
			}
		}
	}
	return true
}
