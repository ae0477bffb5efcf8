// Package mailgunevents is the platform Mailgun webhooks: deliveries, opens, clicks,
// failures, complaints and unsubscribes, one in each call.
//
// Its signature covers a time and a token, and not the body: of two bodies under
// one token the second is refused. Keep TLS on all the same. 406 makes it not try
// again; any other failure comes again for eight hours, with the signature of the
// first try: a complaint must not be too old to be heard because winnow was away.
// Events are known by their id.
//
// Source: documentation.mailgun.com; what repeats are signed with it does not say,
// and hookdeck/webhook-skills does. Mailgun itself was not reachable from here.
package mailgunevents

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

// repeats is for how long Mailgun sends a call again that was not taken.
const repeats = 8 * time.Hour

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "mailgun-events", Title: "Mailgun webhooks",
			Doc:     "Webhooks tell of deliveries, opens, clicks, failures, complaints and unsubscribes; rules read them as engagement.*, and the legal suppression list takes who objects.",
			Schemes: []verify.ID{verify.Mailgun}, AsksAgain: true, Tells: true,
			Tolerance: repeats + time.Hour,
			Key:       "event-data.id",
			Settings:  []platform.Setting{intake.Contact("the user variable"), intake.Bounces()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: read, Refusal: 406}, nil
		},
		Reacts: intake.Reacts("Mailgun sends it again for eight hours"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

func read(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	return intake.Each(c, func(v json.RawMessage) error {
		var call struct {
			Data struct {
				ID        string          `json:"id"`
				Event     string          `json:"event"`
				At        intake.Moment   `json:"timestamp"`
				Recipient string          `json:"recipient"`
				Severity  string          `json:"severity"`
				Reason    string          `json:"reason"`
				Variables json.RawMessage `json:"user-variables"`
			} `json:"event-data"`
		}
		if err := intake.Read(v, &call); err != nil {
			return err
		}
		x := &call.Data
		e := ledger.Event{ID: x.ID, At: x.At.Time, Email: x.Recipient, ContactID: a.Own(x.Variables), Channel: "email"}
		switch strings.ToLower(x.Event) {
		case "delivered":
			e.Kind = ledger.Sent
		case "opened":
			e.Kind = ledger.Opened
		case "clicked":
			e.Kind = ledger.Clicked
		case "complained":
			e.Kind = ledger.Complaint
		case "unsubscribed":
			e.Kind = ledger.Unsubscribe
		case "failed":
			if strings.HasPrefix(x.Reason, "suppress") { // Mailgun did not try: it has the address on a list of its own
				return nil
			}
			e = a.Bounce(e, x.Severity == "permanent")
		default:
			return nil
		}
		add(e)
		return nil
	})
}
