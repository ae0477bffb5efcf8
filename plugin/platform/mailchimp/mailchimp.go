// Package mailchimp is the platform Mailchimp audience webhook: an audience's
// webhook calls winnow when a member joins or changes, and winnow writes merge
// fields of the member.
//
// Mailchimp posts a form, unsigned, and tries an address with GET when the webhook
// is made; that and its news of campaigns are taken, and nothing is decided. It has
// no step that waits for winnow: the fields are there for the next campaign and for
// the conditions of a journey. Merge tags have at most ten characters, so that they
// begin with WN_.
//
// Source: mailchimp.com/developer; retries (some 20 within 75 minutes) are from
// memory. Mailchimp itself was not reachable from here.
package mailchimp

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/journey"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// aside knows the GET by which Mailchimp tries an address, and the news that a
// campaign was sent: its id is no member's, and it names no address to write to.
func aside(c *platform.Call) bool {
	if c.Method == "GET" {
		return true
	}
	doc, err := c.Document()
	return err == nil && payload.Text(payload.Get(doc, "type")) == "campaign"
}

//go:embed recipe.md
var recipeText string

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return journey.Description{
		Name: "mailchimp", Title: "Mailchimp audience webhook",
		Doc:      "An audience webhook posts the member as a form; winnow writes WN_SEND, a merge field for each slot and more to the member, for segments and conditional content.",
		Schemes:  []verify.ID{verify.SecretPath, verify.SecretQuery, verify.Basic},
		Patience: 10 * time.Second,
		Again:    "Mailchimp calls again for about an hour",
		ID:       []string{"data.id", "data.new_id"}, Email: []string{"data.email", "data.new_email"}, // of upemail: the member's from now on
		Aside: aside,
		Settings: []platform.Setting{
			{Name: "api_key", Kind: platform.KindSecret, Doc: "where the API key is: file:PATH or env:NAME"},
			{Name: "list", Kind: platform.KindText, Doc: "id of the audience"},
			{Name: "api_url", Kind: platform.KindText, Doc: "address of the API; found by the end of the key when left out"},
		},
		Needs:  []string{"api_key", "list"},
		OptOut: true,
		Names:  writeback.Names{Prefix: "wn_", Upper: true, Max: 10, Stamp: time.DateOnly},
		API: func(s platform.Setup, n writeback.Names) writeback.Platform {
			return &API{
				Base: s.Settings.Text("api_url"), Key: s.Settings.Text("api_key"), List: s.Settings.Text("list"), Names: n,
				OptOut: s.Settings.Bool("opt_out"),
			}
		},
		Recipe: recipeText,
	}.Platform()
}
