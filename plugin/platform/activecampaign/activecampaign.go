// Package activecampaign is the platform ActiveCampaign automation webhook: the automation action "Webhook" calls winnow,
// which writes custom fields of the contact.
//
// It posts a form with bracket keys, unsigned, once: after an error it never calls
// again, and after 410 never at all. It does not read the answer.
//
// Source: developers.activecampaign.com. ActiveCampaign itself was not reachable
// from here.
package activecampaign

import (
	_ "embed"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/journey"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "activecampaign", Title: "ActiveCampaign automation webhook",
			Doc:      "An automation action posts the contact as a form; winnow writes WINNOW_SEND, a field for each slot and more to the contact, and the automation branches on them.",
			Schemes:  []verify.ID{verify.SecretPath, verify.SecretQuery, verify.Basic},
			Patience: 0, AsksAgain: false, Key: inlineKey, Keep: false,
			Mapping: journey.Common(nil, nil, []string{"seriesid"}),
			Settings: journey.Settings(names(), false,
				platform.Setting{Name: "api_url", Kind: platform.KindText, Doc: "the account's address of the API, from Settings, Developer: https://ACCOUNT.api-us1.com"},
				platform.Setting{Name: "api_key", Kind: platform.KindSecret, Doc: "where the key from the same page is: file:PATH or env:NAME"},
			),
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			n, err := journey.Names(s, names())
			if err == nil {
				err = journey.Need(s, "api_url", "api_key")
			}
			if err != nil {
				return nil, err
			}
			a := &journey.Adapter{
				Names: n,
				API:   &API{Base: s.Settings.Text("api_url"), Token: s.Settings.Text("api_key"), Names: n},
				ID:    [][]string{{"contact", "id"}}, Email: [][]string{{"contact", "email"}},
			}
			a.Setup = s
			return a, nil
		},
		Reacts: journey.Reacts(""),
		Recipe: func(in platform.Recipe) string { return journey.Recipe(recipeText, names(), in) },
	}
}

// inlineKey is what repeats are known by.
const inlineKey = "nothing: a repeat is decided on anew, and the latest decision is written"

// names are winnow's names as this platform's fields.
func names() writeback.Names { return writeback.Names{Upper: true} }

//go:embed recipe.md
var recipeText string
