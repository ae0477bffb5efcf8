// Package journey is what adapters have in common whose platform calls a webhook
// from a step of a journey and drops the answer: Mautic, Klaviyo, Brevo,
// ActiveCampaign, Mailchimp, SALESmanago. It exists so that such a platform says
// only what is its own: where its calls name the contact, and how its fields are
// written.
//
// The decision is written into fields of the contact (package writeback); a wait
// step gives that time, and a branch reads them. The answer to the call still
// holds the decision, for whoever looks at it.
package journey

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Adapter is a platform.Adapter and a platform.Writer.
type Adapter struct {
	inline.Adapter
	// API writes fields.
	API writeback.Platform
	// Names are the fields that it writes.
	Names writeback.Names
	// ID and Email are where a call names the contact: paths of keys, the first
	// that has a value counts.
	ID, Email [][]string
	// Tidy mends a document before it is mapped; nil leaves it.
	Tidy func(doc []byte) []byte
	// Aside reports whether a call is about no contact; nil says so of none.
	Aside func(*platform.Call) bool
	// Ask says that the call says too little, and has the API look the contact up.
	Ask bool
}

var _ platform.Writer = (*Adapter)(nil)

// Target implements platform.Writer.
func (a *Adapter) Target() writeback.Platform { return a.API }

// CheckSlots says which two slots would share a field.
func (a *Adapter) CheckSlots(slots []string) error { return a.Names.Check(slots) }

func (a *Adapter) document(c *platform.Call) ([]byte, error) {
	doc, err := c.Document()
	if err == nil && a.Tidy != nil {
		doc = a.Tidy(doc)
	}
	return doc, err
}

// Decode implements platform.Adapter.
func (a *Adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	if a.Aside != nil && a.Aside(c) {
		return nil
	}
	doc, err := a.document(c)
	if err != nil || a.Ask {
		return err
	}
	if err := asks.Map(a.Setup.Mapping, doc); err != nil {
		return err
	}
	asks.Key = inline.KeyOf(&asks.Items[0])
	return nil
}

// Encode implements platform.Adapter.
func (a *Adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	if len(answers) == 0 { // decided later, or about nobody
		r.JSON(200, []byte(`{"accepted":true}`))
		return nil
	}
	return a.Adapter.Encode(c, answers, r)
}

// Writes implements platform.Writer.
func (a *Adapter) Writes(c *platform.Call, asks *platform.Asks, answers []platform.Answer) ([]writeback.Write, error) {
	if len(answers) == 0 && !a.Ask { // about nobody
		return nil, nil
	}
	doc, err := a.document(c)
	if err != nil {
		return nil, err
	}
	who := writeback.Contact{ID: find(doc, a.ID), Email: find(doc, a.Email)}
	if a.Ask {
		return []writeback.Write{{Contact: who, Decided: c.Received, Ask: json.RawMessage(slices.Clone(doc))}}, nil
	}
	w, err := writeback.FromAnswer(answers[0].JSON, a.Setup.Name, who, platform.MessageOf(asks.Items[0].Body()), c.Received)
	return []writeback.Write{w}, err
}

func find(doc []byte, paths [][]string) string {
	for _, p := range paths {
		if v := payload.Known(payload.Text(payload.Get(doc, p...))); v != "" {
			return v
		}
	}
	return ""
}

// Trouble implements platform.Adapter: what was not written is said so, and a
// platform that calls again is asked to.
func (a *Adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	if t.Kind == platform.Forged || t.Wants == platform.Retry || errors.Is(t.Err, platform.ErrUnwritten) {
		t.Problem(r)
		return
	}
	a.Adapter.Trouble(c, t, r)
}
