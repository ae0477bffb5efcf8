package klaviyo

import (
	_ "embed"
	"encoding/json"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Events is what package platforms registers for Klaviyo's system webhooks, which
// are signed, and tell of opens, clicks, bounces, complaints and consent.
func Events() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "klaviyo-events", Title: "Klaviyo system webhooks",
			Doc:     "System webhooks tell of e-mails received, opened, clicked, bounced and marked as spam, and of consent; rules read them as engagement.*, and the legal suppression list takes who objects.",
			Schemes: []verify.ID{verify.Klaviyo}, AsksAgain: true, Tells: true, MaxBody: 4 << 20,
			Key:      "the event's id",
			Settings: []platform.Setting{intake.Bounces()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: readEvents}, nil
		},
		Reacts: intake.Reacts("Klaviyo sends it again"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(eventsText, in) },
	}
}

//go:embed events.md
var eventsText string

type told struct {
	Topic   string `json:"topic"`
	Payload struct {
		Data struct {
			ID         string `json:"id"`
			Attributes struct {
				At         intake.Moment `json:"datetime"`
				Timestamp  intake.Moment `json:"timestamp"`
				Properties struct {
					Type string `json:"Bounce Type"`
				} `json:"event_properties"`
			} `json:"attributes"`
			Relationships struct {
				Profile struct {
					Data struct {
						ID string `json:"id"`
					} `json:"data"`
				} `json:"profile"`
			} `json:"relationships"`
		} `json:"data"`
		Included []struct {
			Type       string `json:"type"`
			ID         string `json:"id"`
			Attributes struct {
				Email string `json:"email"`
			} `json:"attributes"`
		} `json:"included"`
	} `json:"payload"`
}

func readEvents(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	return intake.Each(c, func(v json.RawMessage) error {
		var call struct {
			Data []told `json:"data"`
		}
		if err := intake.Read(v, &call); err != nil {
			return err
		}
		for i := range call.Data {
			if e := eventOf(a, &call.Data[i]); e.Kind != 0 {
				add(e)
			}
		}
		return nil
	})
}

func eventOf(a *intake.Adapter, x *told) ledger.Event {
	d := &x.Payload.Data
	e := ledger.Event{ID: d.ID, At: d.Attributes.At.Time, ContactID: d.Relationships.Profile.Data.ID, Channel: "email"}
	if e.At.IsZero() {
		e.At = d.Attributes.Timestamp.Time
	}
	for _, p := range x.Payload.Included {
		if p.Type == "profile" && (e.ContactID == "" || p.ID == e.ContactID) {
			e.ContactID, e.Email = p.ID, p.Attributes.Email
		}
	}
	switch strings.TrimPrefix(x.Topic, "event:klaviyo.") {
	case "received_email":
		e.Kind = ledger.Sent
	case "opened_email":
		e.Kind = ledger.Opened
	case "clicked_email":
		e.Kind = ledger.Clicked
	case "bounced_email":
		e = a.Bounce(e, !strings.EqualFold(d.Attributes.Properties.Type, "soft"))
	case "marked_email_as_spam":
		e.Kind = ledger.Complaint
	case "unsubscribed_from_email_marketing":
		e.Kind = ledger.Unsubscribe
	case "subscribed_to_email_marketing":
		e.Kind = ledger.Resubscribe
	}
	return e
}
