// Package postmark is the platform Postmark webhooks: deliveries, opens, clicks,
// bounces, spam complaints and changes of subscription, one in each call.
//
// It does not sign: the address has a user and password in it, or a header is
// added. It tries again, up to ten times over half a day, and stops at a 403.
// Calls have no id: they are known by message, kind and time.
//
// Source: postmarkapp.com. Postmark itself was not reachable from here.
package postmark

import (
	_ "embed"
	"encoding/json"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "postmark", Title: "Postmark webhooks",
			Doc:     "Webhooks tell of deliveries, opens, clicks, bounces, spam complaints and subscription changes; rules read them as engagement.*, and the legal suppression list takes who objects.",
			Schemes: []verify.ID{verify.Basic, verify.StaticHeader, verify.SecretPath}, AsksAgain: true, Tells: true,
			Key:      "MessageID, RecordType and the event's time",
			Settings: []platform.Setting{intake.Contact("the Metadata field"), intake.Bounces()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: read}, nil
		},
		Reacts: intake.Reacts("Postmark sends it again, up to ten times over half a day"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

type record struct {
	RecordType, MessageID, Email, Recipient, Type string
	ID                                            intake.Text
	DeliveredAt, ReceivedAt, BouncedAt, ChangedAt string
	SuppressSending                               *bool
	SuppressionReason                             string
	Metadata                                      json.RawMessage
}

func read(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	return intake.Each(c, func(v json.RawMessage) error {
		var x record
		if err := intake.Read(v, &x); err != nil {
			return err
		}
		at := x.DeliveredAt + x.ReceivedAt + x.BouncedAt + x.ChangedAt // a record has one of them
		e := ledger.Event{
			ID: x.RecordType + " " + x.MessageID + " " + string(x.ID) + " " + x.Email + x.Recipient + " " + at,
			At: intake.ParseMoment(at), Email: x.Email + x.Recipient, ContactID: a.Own(x.Metadata), Channel: "email",
		}
		switch x.RecordType {
		case "Delivery":
			e.Kind = ledger.Sent
		case "Open":
			e.Kind = ledger.Opened
		case "Click":
			e.Kind = ledger.Clicked
		case "SpamComplaint":
			e.Kind = ledger.Complaint
		case "Bounce":
			e = bounce(a, e, x.Type)
		case "SubscriptionChange":
			e = change(a, e, &x)
		}
		if e.Kind != 0 {
			add(e)
		}
		return nil
	})
}

// bounce reads what Postmark calls a bounce, which more than bounces are.
func bounce(a *intake.Adapter, e ledger.Event, kind string) ledger.Event {
	switch kind {
	case "HardBounce", "BadEmailAddress":
		return a.Bounce(e, true)
	case "SpamNotification", "SpamComplaint":
		e.Kind = ledger.Complaint
	case "Unsubscribe":
		e.Kind = ledger.Unsubscribe
	case "Transient", "SoftBounce", "DnsError", "Blocked", "DMARCPolicy":
		return a.Bounce(e, false)
	}
	return e
}

// change reads a change of Postmark's own suppressions: who unsubscribes, or is
// let in again.
func change(a *intake.Adapter, e ledger.Event, x *record) ledger.Event {
	switch {
	case x.SuppressSending == nil:
	case !*x.SuppressSending:
		e.Kind = ledger.Resubscribe
	case x.SuppressionReason == "HardBounce":
		return a.Bounce(e, true)
	case x.SuppressionReason == "SpamComplaint":
		e.Kind = ledger.Complaint
	default: // ManualSuppression: the recipient, or the sender for them
		e.Kind = ledger.Unsubscribe
	}
	return e
}
