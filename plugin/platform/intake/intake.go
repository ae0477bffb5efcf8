package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Adapter is a platform that tells of events.
type Adapter struct {
	Setup platform.Setup
	// Read reads the events of a call.
	Read func(a *Adapter, c *platform.Call, add func(ledger.Event)) error
	// Hello tells, if set, that a call only tries the address and holds nothing.
	Hello func(c *platform.Call) bool
	// Refusal is the status that makes the platform not send an unreadable call
	// again; 0 is the usual 400.
	Refusal int
}

var (
	_ platform.Adapter  = (*Adapter)(nil)
	_ platform.Listener = (*Adapter)(nil)
	_ platform.Greeter  = (*Adapter)(nil)
)

var errNothing = errors.New("the platform asks for no decision")

// Decode implements platform.Adapter; it is never asked, since calls are
// listened to.
func (a *Adapter) Decode(*platform.Call, *platform.Asks) error { return errNothing }

// Encode implements platform.Adapter; there are no decisions.
func (a *Adapter) Encode(*platform.Call, []platform.Answer, *platform.Reply) error { return errNothing }

// Events implements platform.Listener.
func (a *Adapter) Events(c *platform.Call, add func(ledger.Event)) error {
	if c.Method != "POST" {
		return platform.ErrMethod
	}
	return a.Read(a, c, add)
}

// Greet answers what comes unsigned when an address is tried.
func (a *Adapter) Greet(c *platform.Call, r *platform.Reply) bool {
	switch {
	case c.Method == "HEAD", a.Hello != nil && a.Hello(c):
		r.Status = 200
	case c.Method == "OPTIONS":
		r.Status = 204
		r.Set("Allow", "HEAD, POST, OPTIONS")
	default:
		return false
	}
	return true
}

// Trouble makes the platform send again what could not be kept.
func (a *Adapter) Trouble(_ *platform.Call, t platform.Trouble, r *platform.Reply) {
	t.Problem(r)
	switch {
	case t.Kind == platform.Unreadable && a.Refusal != 0:
		r.Status = a.Refusal
	case t.Kind == platform.Broken:
		r.Status = 503 // a mend may come before the platform gives up
	}
}

// Reacts is what platforms do with a reply to an event.
func Reacts(again string) func(*platform.Reply) platform.Reaction {
	return func(r *platform.Reply) platform.Reaction {
		switch {
		case r == nil || r.Status >= 500:
			return platform.AsksAgain.Because(again)
		case r.Status/100 == 2:
			return platform.UpToCaller.Because("the events are kept; nothing was asked")
		}
		return platform.Loses.Because("the call is refused: its events are lost unless the platform tries again all the same")
	}
}

// Contact is the setting for the name under which a sender's own number for the
// contact comes along.
func Contact(where string) platform.Setting {
	return platform.Setting{Name: "contact_key", Kind: platform.KindText, Doc: "name of " + where + " that holds contact.id; events are known by the address without it"}
}

// Bounces is the setting for what a hard bounce does.
func Bounces() platform.Setting {
	return platform.Setting{
		Name: "hard_bounces", Kind: platform.KindText, OneOf: []string{"suppress", "count"}, Default: "suppress",
		Doc: "suppress puts an address that does not exist on the legal suppression list; count only counts it",
	}
}

// Complete is the setting by which an owner vouches for orders.
func Complete() platform.Setting {
	return platform.Setting{
		Name: "complete", Kind: platform.KindBool,
		Doc: "every order there ever was comes in here: the shop is new, or its history was sent. Only then are orders.count and orders.total known of contacts older than this source",
	}
}

// Bounce is what a permanent or passing refusal is, as the owner chose.
func (a *Adapter) Bounce(e ledger.Event, hard bool) ledger.Event {
	if e.Kind = ledger.SoftBounce; hard {
		e.Kind, e.CountOnly = ledger.HardBounce, a.Setup.Settings.Text("hard_bounces") == "count"
	}
	return e
}

// Own is the sender's own number for a contact among the values that come along.
func (a *Adapter) Own(values json.RawMessage) string {
	name := a.Setup.Settings.Text("contact_key")
	if name == "" {
		return ""
	}
	return payload.Text(payload.Get(values, name))
}

// maxEvents is how many events a call may hold.
const maxEvents = 20_000

// ErrTooMany: a call holds more events than anybody sends at once.
var ErrTooMany = errors.New("the call holds more than 20000 events")

// Each calls f for each object of a body: one object, an array of them, or one a
// line.
func Each(c *platform.Call, f func(json.RawMessage) error) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	return Objects(doc, f)
}

// Objects is Each for a document.
func Objects(doc []byte, f func(json.RawMessage) error) error {
	n := 0
	dec := json.NewDecoder(bytes.NewReader(doc))
	for {
		var v json.RawMessage
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return payload.ErrNotJSON
		}
		list := []json.RawMessage{v}
		if v[0] == '[' {
			list = nil
			if err := json.Unmarshal(v, &list); err != nil {
				return payload.ErrNotJSON
			}
		}
		for _, item := range list {
			if len(item) == 0 || item[0] != '{' {
				return payload.ErrNotObject
			}
			if n++; n > maxEvents {
				return ErrTooMany
			}
			if err := f(item); err != nil {
				return err
			}
		}
	}
}

// Read reads an object. What is of another type than expected stays empty, so
// that a value that nobody needs spoils nothing.
func Read(v json.RawMessage, to any) error {
	err := json.Unmarshal(v, to)
	var other *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &other) {
		return payload.ErrNotJSON
	}
	return nil
}
