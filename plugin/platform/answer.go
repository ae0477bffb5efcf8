package platform

import (
	"bytes"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules"
)

// Answer is the decision on one ask.
type Answer struct {
	// JSON is the decision as /v1/decide gives it, nil when Err is set.
	JSON []byte
	// Err is why there is none; errors.As finds a *gate.BodyError.
	Err error

	outline rules.Outline // as the gate gave it; without an action it is to be read from JSON
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

// Send reports whether the message goes out; false when there is no decision.
func (a *Answer) Send() bool {
	if a.outline.Action != "" {
		return a.outline.Send
	}
	return string(payload.First(a.JSON, "send")) == "true"
}

// Read reads the decision; the zero Decision when there is none. Its texts share
// one copy of the answer.
func (a *Answer) Read() Decision {
	var d Decision
	_ = payload.Each(bytes.Clone(a.JSON), func(key string, v []byte) { // the gate wrote it
		switch key {
		case "decision_id":
			d.ID = payload.View(v)
		case "send":
			d.Send = v[0] == 't'
		case "action":
			d.Action = payload.View(v)
		case "variants":
			_ = payload.Each(v, func(slot string, variant []byte) {
				d.Variants = append(d.Variants, Choice{Slot: slot, Variant: payload.View(variant)})
			})
		case "content":
			d.content(v)
		case "reasons":
			d.reasons(v)
		case "hold_until":
			d.HoldUntil = payload.View(v)
		case "review_by":
			d.ReviewBy = payload.View(v)
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
			d.Bundle = payload.View(v)
		}
	})
	return d
}

// content adds the contents to the variants, which stand before them.
func (d *Decision) content(v []byte) {
	i := 0
	_ = payload.Each(v, func(_ string, content []byte) {
		if i < len(d.Variants) {
			d.Variants[i].Content = content[:len(content):len(content)]
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
				r.Code = payload.View(v)
			case "rule":
				r.Rule = payload.View(v)
			case "slot":
				r.Slot = payload.View(v)
			case "detail":
				r.Detail = payload.View(v)
			}
		})
		d.Reasons = append(d.Reasons, r)
	})
}

func texts(v []byte) (out []string) {
	_ = payload.EachItem(v, func(item []byte) { out = append(out, payload.View(item)) })
	return out
}

// Why is the reason to show where a platform has room for one: the code and
// rule that kept the message back, "" when it goes out.
func (d *Decision) Why() string {
	if d.Send {
		return ""
	}
	for _, r := range d.Reasons {
		if rules.Code(r.Code).KeepsBack() {
			if r.Rule == "" {
				return r.Code
			}
			return r.Code + " " + r.Rule
		}
	}
	return d.Action
}

// isDegraded reports whether a decision is a default. Of one that was given before it
// looks at the end of what the gate wrote, where only the bundle's digest stands
// behind the word.
func (a *Answer) isDegraded() bool {
	if a.outline.Action != "" {
		return a.outline.Degraded
	}
	end := bytes.LastIndexByte(a.JSON, ',')
	return end > 0 && bytes.HasPrefix(a.JSON[end:], []byte(`,"bundle":`)) && bytes.HasSuffix(a.JSON[:end], []byte(`"degraded":true`))
}
