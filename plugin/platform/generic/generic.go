// Package generic is the platform for callers that know winnow: the owner's own
// programs, and automation tools (n8n, Node-RED, Make) that can send any JSON. It
// exists so that they have what platforms have: signatures, a mapping of their
// own words to fields, recorded answers for repeats, and status codes to branch
// by.
//
// POST takes the body of /v1/decide, or any JSON with a mapping; forms too. GET
// takes fields as query parameters: ?contact.id=c1&consent.marketing=true.
//
// The answer is the decision as /v1/decide gives it. With ?mode=204, or the
// setting answer: status, the status says it all: 200 with the decision for send,
// 204 without a body for not. n8n takes a 204 for an empty item, Braze and curl
// for nothing to insert.
package generic

import (
	_ "embed"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "generic", Title: "any program that sends JSON",
			Doc: "POST a contact as JSON or as a form, or GET with fields in the query; the answer is the decision as JSON. " +
				"?mode=204 answers 204 for who is not sent to.",
			Schemes: []verify.ID{
				verify.StaticHeader, verify.StandardWebhooksV1, verify.StandardWebhooksV1a,
				verify.Basic, verify.SecretPath, verify.SecretQuery, verify.Segment, verify.Mautic, verify.Shopify,
			},
			AsksAgain: true,
			Key:       "the header Idempotency-Key, or else webhook-id",
			Keep:      true,
			Settings: []platform.Setting{{
				Name: "answer", Kind: platform.KindText, OneOf: []string{"json", "status"}, Default: "json",
				Doc: "json always answers 200 with the decision; status answers 204 for who is not sent to, as ?mode=204 does",
			}},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &adapter{s, s.Settings.Text("answer") == "status"}, nil
		},
		Reacts: reacts,
		Recipe: recipe,
	}
}

type adapter struct {
	setup  platform.Setup
	status bool
}

var _ platform.Greeter = (*adapter)(nil)

// Greet answers HEAD, by which tools try an address.
func (a *adapter) Greet(c *platform.Call, r *platform.Reply) bool {
	switch c.Method {
	case "HEAD":
		r.Status = 200
	case "OPTIONS":
		r.Status = 204
		r.Set("Allow", "GET, HEAD, POST, OPTIONS")
	default:
		return false
	}
	return true
}

// Decode implements platform.Adapter.
func (a *adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	if a.setup.Mapping.Copies() {
		asks.Add(doc) // it is good as long as the call
	} else if err := asks.Map(a.setup.Mapping, doc); err != nil {
		return err
	}
	if asks.Key = c.Get("Idempotency-Key"); asks.Key != "" {
		asks.SameBody = true
		return nil
	}
	asks.Key = c.Get("webhook-id")
	return nil
}

// Encode implements platform.Adapter.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	d := &answers[0]
	if a.byStatus(c) && !d.Send() {
		r.Status = 204
		return nil
	}
	r.JSON(200, d.JSON)
	return nil
}

// byStatus reports whether the status is to say whether to send.
func (a *adapter) byStatus(c *platform.Call) bool {
	return a.status || strings.Contains(c.Query, "mode=204") && c.Param("mode") == "204"
}

// Trouble gives a caller who can tell statuses apart the reason; who can't gets
// what the owner chose.
func (a *adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	if (t.Kind == platform.Undecided || t.Kind == platform.Broken) && t.Wants != platform.Retry {
		if a.Encode(c, []platform.Answer{t.Default()}, r) == nil {
			return
		}
	}
	t.Problem(r)
}

func reacts(r *platform.Reply) platform.Reaction {
	switch {
	case r == nil:
		return platform.UpToCaller.Because("there was no answer in time; what happens then is the caller's program's choice")
	case r.Status == 204:
		return platform.HoldsBack.Because("204 says: do not send")
	case r.Status == 200 && (&platform.Answer{JSON: r.Body}).Send():
		return platform.Sends.Because("the decision says: send")
	case r.Status == 200:
		return platform.HoldsBack.Because("the decision says: do not send")
	case r.Status == 429 || r.Status >= 500:
		return platform.AsksAgain.Because("the status says: ask again later")
	}
	return platform.UpToCaller.Because("the status says that the call is at fault; what happens then is the caller's program's choice")
}

//go:embed recipe.md
var recipeText string

func recipe(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) }
