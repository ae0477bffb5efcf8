// Package activecampaign is the platform ActiveCampaign automation webhook: the
// automation action "Webhook" calls winnow, which writes custom fields of the
// contact.
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

//go:embed recipe.md
var recipeText string

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return journey.Description{
		Name: "activecampaign", Title: "ActiveCampaign automation webhook",
		Doc:      "An automation action posts the contact as a form; winnow writes WINNOW_SEND, a field for each slot and more to the contact, and the automation branches on them.",
		Schemes:  []verify.ID{verify.SecretPath, verify.SecretQuery, verify.Basic},
		Campaign: []string{"seriesid"},
		Settings: []platform.Setting{
			{Name: "api_url", Kind: platform.KindText, Doc: "the account's address of the API, from Settings, Developer: https://ACCOUNT.api-us1.com"},
			{Name: "api_key", Kind: platform.KindSecret, Doc: "where the key from the same page is: file:PATH or env:NAME"},
		},
		Needs: []string{"api_url", "api_key"},
		Names: writeback.Names{Upper: true},
		API: func(s platform.Setup, n writeback.Names) writeback.Platform {
			return &API{
				Base: s.Settings.Text("api_url"), Token: s.Settings.Text("api_key"), Names: n,
			}
		},
		Recipe: recipeText,
	}.Platform()
}
