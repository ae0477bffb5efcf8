// Package klaviyo is the platform Klaviyo flow webhook: a flow's webhook calls
// winnow, which writes properties of the profile.
//
// Klaviyo does not sign flow webhooks and does not read the answer. After 429,
// 500, 502 and 503 it calls again, up to 17 times in 24 hours; whoever gets
// another error is skipped.
//
// Source: developers.klaviyo.com. Klaviyo itself was not reachable from here.
package klaviyo

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
		Name: "klaviyo", Title: "Klaviyo flow webhook",
		Doc:     "A flow webhook posts the body of /v1/decide; winnow writes winnow_send, a property for each slot and more to the profile, and the flow splits on them.",
		Schemes: []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretPath},
		Again:   "Klaviyo calls again, up to 17 times in 24 hours",
		Bodies:  true,
		ID:      []string{"profile_id"}, Email: []string{"email"}, Campaign: []string{"campaign"},
		Settings: []platform.Setting{
			{Name: "api_key", Kind: platform.KindSecret, Doc: "where the private key is, which needs the scope profiles:write: file:PATH or env:NAME"},
			{Name: "api_url", Kind: platform.KindText, Doc: "address of the API", Default: "https://a.klaviyo.com"},
		},
		Needs: []string{"api_key"},
		API: func(s platform.Setup, n writeback.Names) writeback.Platform {
			return &API{
				Base: s.Settings.Text("api_url"), Key: s.Settings.Text("api_key"), Names: n,
			}
		},
		Recipe: recipeText,
	}.Platform()
}
