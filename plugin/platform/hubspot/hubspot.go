// Package hubspot is the platform HubSpot workflows: a custom workflow action
// that an app defines, and the action "Send a webhook". The enrolment waits for
// the answer of either.
//
// The custom action reads outputFields: one text for each value of the decision,
// under names that its definition declares; the recipe has the definition. The
// webhook gets the same texts at the top level. A 4xx fails the action, a 429 or
// 5xx is asked again for up to three days, so trouble is answered with 200 and
// the owner's default unless the owner wants to be asked again.
//
// Source: developers.hubspot.com, "custom workflow actions", "validating
// requests"; knowledge.hubspot.com, "use webhooks with workflows". HubSpot itself
// could not be reached from here.
package hubspot

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "hubspot", Title: "HubSpot workflows",
			Doc: "A custom workflow action (or the action Send a webhook) posts the enrolled record; the answer is output fields: " +
				"winnow_send, winnow_reason and one for each slot.",
			Schemes:   []verify.ID{verify.HubSpot, verify.HubSpotV3, verify.HubSpotV2, verify.StaticHeader, verify.SecretQuery},
			Patience:  20 * time.Second,
			AsksAgain: true,
			MaxBody:   1 << 20, // a webhook's default body is the whole record with its history
			Key:       "callbackId; for the webhook what is signed",
			Mapping: []payload.Rule{
				{Field: "contact.id", From: []string{"object.objectId", "vid", "hs_object_id", "contact.id"}, As: payload.AsText},
				{Field: "contact.email", From: []string{"object.properties.email", "properties.email.value", "properties.email", "email", "contact.email"}},
				{Field: "message.campaign", From: []string{"inputFields.campaign", "campaign"}},
				{Field: "message.class", From: []string{"inputFields.message_class", "message_class"}, Default: []byte(`"marketing"`)},
			},
		},
		New:    func(s platform.Setup) (platform.Adapter, error) { return &adapter{s}, nil },
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

type adapter struct{ setup platform.Setup }

// Decode implements platform.Adapter.
func (a *adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	if err := asks.Map(a.setup.Mapping, doc); err != nil {
		return err
	}
	asks.Key = payload.Text(payload.First(doc, "callbackId"))
	return nil
}

// What the workflow does after the action; it stands among the outputs.
const (
	success      = "SUCCESS"
	failContinue = "FAIL_CONTINUE" // shown as failed, and the workflow goes on
)

// Encode implements platform.Adapter.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	a.encode(c, answers[0], success, r)
	return nil
}

func (a *adapter) encode(c *platform.Call, answer platform.Answer, state string, r *platform.Reply) {
	r.JSON(200, nil)
	if !action(c) {
		r.Body = append(answer.AppendFlat(append(r.Body, '{'), platform.AllSlots), '}')
		return
	}
	r.Body = answer.AppendFlat(append(r.Body, `{"outputFields":{`...), platform.AllSlots)
	r.Body = append(append(append(r.Body, `,"hs_execution_state":"`...), state...), `"}}`...)
}

// action tells the custom action from the webhook.
func action(c *platform.Call) bool {
	doc, err := c.Document()
	return err == nil && payload.First(doc, "callbackId") != nil
}

// Trouble implements platform.Adapter.
func (a *adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	switch {
	case t.Kind == platform.Forged:
		t.Problem(r)
	case t.Wants == platform.Retry:
		t.Problem(r)
		r.Status = 503
		r.Set("Retry-After", "5")
	case t.Wants == platform.HoldBack:
		a.encode(c, t.Default(), success, r)
	default:
		a.encode(c, t.Default(), failContinue, r)
	}
}

func reacts(r *platform.Reply) platform.Reaction {
	if r == nil {
		return platform.AsksAgain.Because("without an answer the action is asked again for up to three days; the contact waits")
	}
	outputs := r.Body
	if o := payload.Get(r.Body, "outputFields"); o != nil {
		outputs = o
	}
	switch send := payload.Text(payload.Get(outputs, "winnow_send")); {
	case r.Status == 200 && send == "true" && payload.Text(payload.Get(outputs, "hs_execution_state")) == failContinue:
		return platform.SendsDefault.Because("the action is shown as failed, and the workflow goes on to the message's default")
	case r.Status == 200 && send == "true":
		return platform.Sends.Because("the workflow goes on with the outputs")
	case r.Status == 200 && send == "false":
		return platform.HoldsBack.Because("winnow_send is false: the branch leaves the message out")
	case r.Status == 429 || r.Status >= 500:
		return platform.AsksAgain.Because("429 and 5xx are asked again for up to three days; the contact waits")
	}
	return platform.Loses.Because("4xx fails the action: the contact goes no further unless the workflow says so")
}

//go:embed recipe.md
var recipeText string
