package customerio

import (
	_ "embed"
	"encoding/json"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Events is what package platforms registers for Customer.io's reporting
// webhooks, which are signed and wait four seconds.
func Events() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "customerio-events", Title: "Customer.io reporting webhooks",
			Doc:     "Reporting webhooks tell of deliveries, opens, clicks, bounces, spam reports and subscriptions; rules read them as engagement.*, and the legal suppression list takes who objects.",
			Schemes: []verify.ID{verify.CustomerIO}, Patience: 4 * time.Second, AsksAgain: true, Tells: true,
			Key:      "event_id",
			Settings: []platform.Setting{intake.Bounces()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: readEvents}, nil
		},
		Reacts: intake.Reacts("Customer.io sends it again"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(eventsText, in) },
	}
}

//go:embed events.md
var eventsText string

func readEvents(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	return intake.Each(c, func(v json.RawMessage) error {
		var x struct {
			Metric string        `json:"metric"`
			ID     string        `json:"event_id"`
			Object string        `json:"object_type"`
			At     intake.Moment `json:"timestamp"`
			Data   struct {
				Recipient   string      `json:"recipient"`
				Address     string      `json:"email_address"`
				Customer    intake.Text `json:"customer_id"`
				Identifiers struct {
					ID    intake.Text `json:"id"`
					Email string      `json:"email"`
				} `json:"identifiers"`
			} `json:"data"`
		}
		if err := intake.Read(v, &x); err != nil {
			return err
		}
		if x.Object != "email" && x.Object != "customer" {
			return nil // what a push or a text message did is no open of a mail
		}
		e := ledger.Event{ID: x.ID, At: x.At.Time, ContactID: either(string(x.Data.Identifiers.ID), string(x.Data.Customer)), Channel: "email"}
		e.Email = either(x.Data.Identifiers.Email, x.Data.Address)
		if x.Object == "email" {
			e.Email = either(x.Data.Recipient, e.Email)
		}
		switch x.Metric {
		case "delivered":
			e.Kind = ledger.Sent
		case "human_opened": // "opened" comes too, and counts machines
			e.Kind = ledger.Opened
		case "human_clicked":
			e.Kind = ledger.Clicked
		case "bounced":
			e = a.Bounce(e, true)
		case "spammed":
			e.Kind = ledger.Complaint
		case "unsubscribed":
			e.Kind = ledger.Unsubscribe
		case "subscribed":
			e.Kind = ledger.Resubscribe
		default:
			return nil
		}
		add(e)
		return nil
	})
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
