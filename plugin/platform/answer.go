package platform

import (
	"bytes"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// Answer is the decision on one ask.
type Answer struct {
	// JSON is the decision as /v1/decide gives it, nil when Err is set.
	JSON []byte
	// Err is why there is none; errors.As finds a *gate.BodyError.
	Err error
}

// Decision is an answer, read for projecting it. Its texts are copies.
type Decision struct {
	ID       string
	Send     bool
	Action   string
	Variants []Choice
	Personas []string
	Reasons  []Reason
	// HoldUntil and ReviewBy are times as text, "" for none.
	HoldUntil, ReviewBy string
	Route, Ask          []string
	Holdout, Degraded   bool
	Bundle              string
}

// Choice is the variant of a slot.
type Choice struct {
	Slot, Variant string
	// Content is what the variant hands to the platform, a JSON object.
	Content []byte
}

// Reason is one reason of a decision.
type Reason struct{ Code, Rule, Slot, Detail string }

// Send tells whether the message goes out; false when there is no decision.
func (a *Answer) Send() bool { return string(payload.Get(a.JSON, "send")) == "true" }

// Read reads the decision; the zero Decision when there is none.
func (a *Answer) Read() Decision {
	var d Decision
	_ = payload.Each(a.JSON, func(key string, v []byte) { // the gate wrote it
		switch key {
		case "decision_id":
			d.ID = payload.Text(v)
		case "send":
			d.Send = v[0] == 't'
		case "action":
			d.Action = payload.Text(v)
		case "variants":
			_ = payload.Each(v, func(slot string, variant []byte) {
				d.Variants = append(d.Variants, Choice{Slot: strings.Clone(slot), Variant: payload.Text(variant)})
			})
		case "content":
			d.content(v)
		case "reasons":
			d.reasons(v)
		case "hold_until":
			d.HoldUntil = payload.Text(v)
		case "review_by":
			d.ReviewBy = payload.Text(v)
		case "personas":
			d.Personas = texts(v)
		case "route":
			d.Route = texts(v)
		case "ask":
			d.Ask = texts(v)
		case "holdout":
			d.Holdout = v[0] == 't'
		case "degraded":
			d.Degraded = v[0] == 't'
		case "bundle":
			d.Bundle = payload.Text(v)
		}
	})
	return d
}

// content adds the contents to the variants, which stand before them.
func (d *Decision) content(v []byte) {
	i := 0
	_ = payload.Each(v, func(_ string, content []byte) {
		if i < len(d.Variants) {
			d.Variants[i].Content = append([]byte(nil), content...)
			i++
		}
	})
}

func (d *Decision) reasons(v []byte) {
	_ = payload.EachItem(v, func(item []byte) {
		var r Reason
		_ = payload.Each(item, func(key string, v []byte) {
			switch key {
			case "code":
				r.Code = payload.Text(v)
			case "rule":
				r.Rule = payload.Text(v)
			case "slot":
				r.Slot = payload.Text(v)
			case "detail":
				r.Detail = payload.Text(v)
			}
		})
		d.Reasons = append(d.Reasons, r)
	})
}

func texts(v []byte) (out []string) {
	_ = payload.EachItem(v, func(item []byte) { out = append(out, payload.Text(item)) })
	return out
}

// Why is the reason to show where a platform has room for one: the code and
// rule that kept the message back, "" when it goes out.
func (d *Decision) Why() string {
	if d.Send {
		return ""
	}
	for _, r := range d.Reasons {
		switch r.Code {
		case "legal_suppressed", "gate_closed", "gate_unknown", "gate_error", "field_missing", "persona_match", "persona_unknown", "persona_error",
			"deadline_default", "store_default", "input_default", "bundle_default":
			if r.Rule == "" {
				return r.Code
			}
			return r.Code + " " + r.Rule
		}
	}
	return d.Action
}

// AppendReason appends Why as a JSON text, without reading the whole decision of
// somebody who is sent to.
func (a *Answer) AppendReason(dst []byte) []byte {
	if a.Send() {
		return append(dst, `""`...)
	}
	d := a.Read()
	return appendText(dst, d.Why())
}

// degraded tells whether a decision is a default, without reading all of it.
func degraded(answer []byte) bool {
	i := bytes.LastIndex(answer, []byte(`"degraded":`))
	return i >= 0 && i+11 < len(answer) && answer[i+11] == 't'
}
