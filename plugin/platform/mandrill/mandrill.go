// Package mandrill is the platform Mandrill (Mailchimp Transactional) webhooks:
// a form whose one field is a JSON array of events.
//
// It signs the address as it was entered, and the form. When a webhook is made
// it tries the address with a HEAD and an empty array that is signed with no key
// of yours; both are answered 200. A call that fails comes again. Events are known
// by message, kind and time.
//
// Source: mailchimp.com/developer. Mandrill itself was not reachable from here.
package mandrill

import (
	_ "embed"
	"encoding/json"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "mandrill", Title: "Mandrill (Mailchimp Transactional) webhooks",
			Doc:     "Webhooks tell of sends, opens, clicks, bounces, spam reports and unsubscribes; rules read them as engagement.*, and the legal suppression list takes who objects.",
			Schemes: []verify.ID{verify.Mandrill}, AsksAgain: true, Tells: true, MaxBody: 8 << 20,
			Key:      "_id, event and ts",
			Settings: []platform.Setting{intake.Contact("the metadata field"), intake.Bounces()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: read, Hello: hello}, nil
		},
		Reacts: intake.Reacts("Mandrill sends it again for some hours"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

// hello is the call with no events by which Mandrill tries an address.
func hello(c *platform.Call) bool {
	return c.Method == "POST" && (string(c.Body) == "mandrill_events=%5B%5D" || string(c.Body) == "mandrill_events=[]")
}

func read(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	list := payload.Text(payload.Get(doc, "mandrill_events"))
	if list == "" {
		return payload.ErrBadForm
	}
	return intake.Objects([]byte(list), func(v json.RawMessage) error {
		var x struct {
			Event string        `json:"event"`
			ID    string        `json:"_id"`
			At    intake.Moment `json:"ts"`
			Msg   struct {
				Email    string          `json:"email"`
				Metadata json.RawMessage `json:"metadata"`
			} `json:"msg"`
		}
		if err := intake.Read(v, &x); err != nil {
			return err
		}
		e := ledger.Event{
			ID: x.ID + " " + x.Event + " " + x.At.UTC().Format("20060102150405.000"), At: x.At.Time,
			Email: x.Msg.Email, ContactID: a.Own(x.Msg.Metadata), Channel: "email",
		}
		switch x.Event {
		case "send":
			e.Kind = ledger.Sent
		case "open":
			e.Kind = ledger.Opened
		case "click":
			e.Kind = ledger.Clicked
		case "hard_bounce", "soft_bounce":
			e = a.Bounce(e, x.Event == "hard_bounce")
		case "spam":
			e.Kind = ledger.Complaint
		case "unsub":
			e.Kind = ledger.Unsubscribe
		default: // deferral, reject, and changes of Mandrill's own lists
			return nil
		}
		add(e)
		return nil
	})
}
