// Package salesmanago is the platform SALESmanago automation rule: the rule
// action "Send information about executed rule" calls winnow, which writes
// details and tags of the contact.
//
// The call says little: the contact's id, e-mail address, phone and company, and
// the rule. With the setting look_up winnow answers at once, looks the contact up
// through the API (tags, details, opt-out) and decides then; the limit on API
// calls and a slow API never cost a call that way, and the call is kept even if
// winnow is killed. Without it winnow decides on what the call says.
//
// SALESmanago documents no retry: what winnow can't take is lost there.
//
// Source: support.salesmanago.pl, docs.salesmanago.com. SALESmanago itself was not
// reachable from here.
package salesmanago

import (
	_ "embed"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/journey"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

//go:embed recipe.md
var recipeText string

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return journey.Description{
		Name: "salesmanago", Title: "SALESmanago automation rule",
		Doc:     "A rule posts the contact's id and address; winnow looks the contact up, writes winnow_send, a detail for each slot and a tag, and the rule's next condition reads them.",
		Schemes: []verify.ID{verify.Basic, verify.SecretPath, verify.SecretQuery},
		ID:      []string{"contactId"}, Email: []string{"email"}, Campaign: []string{"name"},
		More: looked(),
		Settings: []platform.Setting{
			{Name: "api_url", Kind: platform.KindText, Doc: "server that the account is on: https://app3.salesmanago.pl"},
			{Name: "client_id", Kind: platform.KindText, Doc: "client id, from Settings, Integration"},
			{Name: "api_key", Kind: platform.KindText, Doc: "a text of your own choice, the same in every call", Default: "winnow"},
			{Name: "api_secret", Kind: platform.KindSecret, Doc: "where the API secret from the same page is: file:PATH or env:NAME"},
			{Name: "owner", Kind: platform.KindText, Doc: "e-mail address of the user whose contacts they are"},
			{Name: "look_up", Kind: platform.KindBool, Doc: "looks the contact up before deciding", Default: true},
		},
		Needs:   []string{"api_url", "client_id", "api_secret", "owner"},
		OptOut:  true,
		LooksUp: "look_up",
		API: func(s platform.Setup, n writeback.Names) writeback.Platform {
			return &API{
				Base: s.Settings.Text("api_url"), ClientID: s.Settings.Text("client_id"), Key: s.Settings.Text("api_key"),
				Secret: s.Settings.Text("api_secret"), Owner: s.Settings.Text("owner"), Names: n, OptOut: s.Settings.Bool("opt_out"),
				Mapping: s.Mapping,
			}
		},
		Recipe: recipeText,
	}.Platform()
}

// looked are the rules for what a lookup adds.
func looked() []payload.Rule {
	return []payload.Rule{
		{Field: "contact.phone", From: []string{"phone"}},
		{Field: "contact.company", From: []string{"company"}},
		{Field: "contact.tags", From: []string{"tags"}},
		{Field: "contact.city", From: []string{"city"}},
		{Field: "contact.country", From: []string{"country"}},
		{Field: "consent.marketing", From: []string{"opted_in"}},
	}
}
