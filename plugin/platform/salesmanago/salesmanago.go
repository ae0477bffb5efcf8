// Package salesmanago is the platform SALESmanago automation rule: the rule action "Send information about executed
// rule" calls winnow, which writes details and tags of the contact.
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

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "salesmanago", Title: "SALESmanago automation rule",
			Doc:      "A rule posts the contact's id and address; winnow looks the contact up, writes winnow_send, a detail for each slot and a tag, and the rule's next condition reads them.",
			Schemes:  []verify.ID{verify.Basic, verify.SecretPath, verify.SecretQuery},
			Patience: 0, AsksAgain: false, Key: inlineKey, Keep: false,
			Mapping: append(journey.Common([]string{"contactId"}, []string{"email"}, []string{"name"}), looked()...),
			Settings: journey.Settings(names(), true,
				platform.Setting{Name: "api_url", Kind: platform.KindText, Doc: "server that the account is on: https://app3.salesmanago.pl"},
				platform.Setting{Name: "client_id", Kind: platform.KindText, Doc: "client id, from Settings, Integration"},
				platform.Setting{Name: "api_key", Kind: platform.KindText, Doc: "a text of your own choice, the same in every call", Default: "winnow"},
				platform.Setting{Name: "api_secret", Kind: platform.KindSecret, Doc: "where the API secret from the same page is: file:PATH or env:NAME"},
				platform.Setting{Name: "owner", Kind: platform.KindText, Doc: "e-mail address of the user whose contacts they are"},
				platform.Setting{Name: "look_up", Kind: platform.KindBool, Doc: "looks the contact up before deciding", Default: true},
			),
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			n, err := journey.Names(s, names())
			if err == nil {
				err = journey.Need(s, "api_url", "client_id", "api_secret", "owner")
			}
			if err != nil {
				return nil, err
			}
			a := &journey.Adapter{
				Names: n,
				API:   &API{Base: s.Settings.Text("api_url"), ClientID: s.Settings.Text("client_id"), Key: s.Settings.Text("api_key"), Secret: s.Settings.Text("api_secret"), Owner: s.Settings.Text("owner"), Names: n, OptOut: s.Settings.Bool("opt_out"), Mapping: s.Mapping},
				ID:    [][]string{{"contactId"}}, Email: [][]string{{"email"}}, Ask: s.Settings.Bool("look_up"),
			}
			a.Setup = s
			return a, nil
		},
		Reacts: journey.Reacts(""),
		Recipe: func(in platform.Recipe) string { return journey.Recipe(recipeText, names(), in) },
	}
}

// looked are the rules for what a look-up adds.
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

// inlineKey is what repeats are known by.
const inlineKey = "nothing: a repeat is decided on anew, and the latest decision is written"

// names are winnow's names as this platform's fields.
func names() writeback.Names { return writeback.Names{} }

//go:embed recipe.md
var recipeText string
