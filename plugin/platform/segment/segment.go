// Package segment is the platform Segment webhooks: track calls by the names of
// its e-commerce and e-mail specifications.
//
// It signs the body with HMAC-SHA-1, gives an answer five seconds and tries
// again. Calls are known by messageId.
//
// Source: segment.com/docs. Segment itself was not reachable from here.
package segment

import (
	_ "embed"
	"encoding/json"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "segment", Title: "Segment: track calls",
			Doc:     "Track calls named by Segment's specifications (Order Completed, Email Opened, Unsubscribed and the like) become orders.*, engagement.* and entries of the legal suppression list.",
			Schemes: []verify.ID{verify.Segment, verify.StaticHeader}, Patience: 5 * time.Second, AsksAgain: true, Tells: true,
			Key:      "messageId, of orders order_id",
			Settings: []platform.Setting{intake.Complete(), intake.Bounces()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: read}, nil
		},
		Reacts: intake.Reacts("Segment sends it again"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

type track struct {
	Type      string        `json:"type"`
	ID        string        `json:"messageId"`
	User      intake.Text   `json:"userId"`
	Event     string        `json:"event"`
	Timestamp intake.Moment `json:"timestamp"`
	Context   struct {
		Traits struct {
			Email string `json:"email"`
		} `json:"traits"`
	} `json:"context"`
	Properties struct {
		Email    string        `json:"email"`
		Order    intake.Text   `json:"order_id"`
		Total    intake.Number `json:"total"`
		Revenue  intake.Number `json:"revenue"`
		Currency string        `json:"currency"`
		Type     string        `json:"type"` // of a bounce
	} `json:"properties"`
}

func read(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	return intake.Each(c, func(v json.RawMessage) error {
		var x track
		if err := intake.Read(v, &x); err != nil || x.Type != "track" {
			return err
		}
		p := &x.Properties
		e := ledger.Event{
			ID: x.ID, At: x.Timestamp.Time, ContactID: string(x.User), Email: p.Email,
			OrderID: string(p.Order), Currency: p.Currency, Channel: "email", Complete: a.Setup.Settings.Bool("complete"),
		}
		if e.Email == "" {
			e.Email = x.Context.Traits.Email
		}
		switch strings.ToLower(x.Event) {
		case "order completed":
			if e.Kind, e.Amount = ledger.Order, float64(p.Total); p.Total == 0 {
				e.Amount = float64(p.Revenue)
			}
		case "order refunded":
			if e.Kind, e.Amount = ledger.Return, float64(p.Total); p.Total == 0 {
				e.Amount = float64(p.Revenue)
			}
		case "order cancelled":
			e.Kind = ledger.Cancel
		case "email delivered":
			e.Kind = ledger.Sent
		case "email opened":
			e.Kind = ledger.Opened
		case "email link clicked":
			e.Kind = ledger.Clicked
		case "email bounced":
			e = a.Bounce(e, !strings.Contains(strings.ToLower(p.Type), "soft"))
		case "email marked as spam":
			e.Kind = ledger.Complaint
		case "unsubscribed":
			e.Kind = ledger.Unsubscribe
		case "resubscribed", "subscribed":
			e.Kind = ledger.Resubscribe
		default:
			return nil
		}
		add(e)
		return nil
	})
}
