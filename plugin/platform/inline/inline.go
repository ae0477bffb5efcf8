// Package inline is what adapters have in common whose platform reads the
// decision right where it asked: a template or a journey that holds the JSON of
// the answer in a variable. It exists so that such a platform says only what is
// its own: how it signs and waits, and what it makes of a status.
//
// The answer is always 200 with the decision as /v1/decide gives it, and one key
// more in front: reason, a text that a template can compare and a log can show.
// It is the code and the rule that kept the message back, "" when it goes out.
//
// Templates call more than once for one message: for its subject, its HTML and
// its text. All calls with the same message.id and contact.id get the answer of
// the first.
package inline

import (
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// Adapter is a platform.Adapter.
type Adapter struct {
	Setup platform.Setup
	// RetryStatus is the status that makes the platform ask again; 0 for a
	// platform that does not.
	RetryStatus int
}

var _ platform.Greeter = (*Adapter)(nil)

// Key is what repeated calls of these platforms are known by, for Info.
const Key = "message.id with contact.id (or contact.email)"

// Greet answers HEAD, by which people try an address.
func (a *Adapter) Greet(c *platform.Call, r *platform.Reply) bool {
	if c.Method != "HEAD" {
		return false
	}
	r.Status = 200
	return true
}

// Decode implements platform.Adapter.
func (a *Adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	if a.Setup.Mapping.Copies() {
		asks.Add(doc)
	} else if err := asks.Map(a.Setup.Mapping, doc); err != nil {
		return err
	}
	asks.Key = KeyOf(&asks.Items[0])
	return nil
}

// KeyOf is the key of a body, "" unless the message and the contact are named.
func KeyOf(ask *platform.Ask) string {
	message := payload.View(ask.First("message.id"))
	if message == "" {
		return ""
	}
	name := NameOf(ask)
	if name == "" {
		return ""
	}
	return platform.KeyOf(message, name)
}

// NameOf is the contact's id, or failing that their address. It may share the
// memory of the ask.
func NameOf(ask *platform.Ask) string {
	if id := payload.Name(ask.First("contact.id")); id != "" {
		return id
	}
	return payload.Name(ask.First("contact.email"))
}

// Encode implements platform.Adapter.
func (a *Adapter) Encode(_ *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	r.JSON(200, nil)
	r.Body = append(answers[0].AppendReason(append(r.Body, `{"reason":`...)), ',')
	r.Body = append(r.Body, answers[0].JSON[1:]...)
	return nil
}

// Trouble gives the platform the default that the owner chose, as a decision, so
// that templates need no other case. A stranger gets a 401.
func (a *Adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	switch {
	case t.Kind == platform.Forged:
		t.Problem(r)
	case t.Wants == platform.Retry && a.RetryStatus != 0:
		t.Problem(r)
		r.Status = a.RetryStatus
	default:
		_ = a.Encode(c, []platform.Answer{t.Default()}, r) // it can't fail
	}
}

// Read is what Reacts of such a platform knows of a reply: whether there is a
// decision in it, and whether it sends.
func Read(r *platform.Reply) (decided, send bool) {
	if r == nil || r.Status != 200 {
		return false, false
	}
	a := platform.Answer{JSON: r.Body}
	return len(payload.Get(r.Body, "send")) > 0, a.Send()
}
