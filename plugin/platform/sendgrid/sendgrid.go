// Package sendgrid is the platform SendGrid event webhook: deliveries, opens,
// clicks, bounces, spam reports and unsubscribes, many in one call.
//
// It signs time and body with ECDSA; what verifies is the public key that it
// shows. A call that gets no 2xx comes again for 24 hours. Events are known by
// sg_event_id, also when one comes in two calls.
//
// Source: docs.sendgrid.com and sendgrid-go. SendGrid itself was not reachable
// from here.
package sendgrid

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
			Name: "sendgrid", Title: "SendGrid event webhook",
			Doc:     "The event webhook tells of deliveries, opens, clicks, bounces, spam reports and unsubscribes; rules read them as engagement.*, and the legal suppression list takes who objects.",
			Schemes: []verify.ID{verify.SendGrid}, AsksAgain: true, Tells: true, MaxBody: 8 << 20,
			Key: "sg_event_id",
			Settings: []platform.Setting{
				intake.Contact("the custom argument"), intake.Bounces(),
				{
					Name: "groups", Kind: platform.KindText, OneOf: []string{"suppress", "ignore"}, Default: "suppress",
					Doc: "suppress takes leaving an unsubscribe group for leaving all marketing; ignore leaves groups to SendGrid",
				},
			},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: read}, nil
		},
		Reacts: intake.Reacts("SendGrid sends it again for 24 hours"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

func read(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	return intake.Each(c, func(v json.RawMessage) error {
		var x struct {
			Event   string        `json:"event"`
			ID      string        `json:"sg_event_id"`
			At      intake.Moment `json:"timestamp"`
			Email   string        `json:"email"`
			Type    string        `json:"type"`
			Machine bool          `json:"sg_machine_open"`
		}
		if err := intake.Read(v, &x); err != nil {
			return err
		}
		e := ledger.Event{ID: x.ID, At: x.At.Time, Email: x.Email, ContactID: a.Own(v), Channel: "email"}
		groups := a.Setup.Settings.Text("groups") != "ignore"
		switch {
		case x.Event == "delivered":
			e.Kind = ledger.Sent
		case x.Event == "open" && !x.Machine:
			e.Kind = ledger.Opened
		case x.Event == "click":
			e.Kind = ledger.Clicked
		case x.Event == "bounce":
			e = a.Bounce(e, x.Type != "blocked")
		case x.Event == "spamreport":
			e.Kind = ledger.Complaint
		case x.Event == "unsubscribe", x.Event == "group_unsubscribe" && groups:
			e.Kind = ledger.Unsubscribe
		case x.Event == "group_resubscribe" && groups:
			e.Kind = ledger.Resubscribe
		default: // processed, deferred, dropped, machines that open: nobody did anything
			return nil
		}
		add(e)
		return nil
	})
}
