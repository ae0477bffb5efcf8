// Package klaviyo is the platform Klaviyo flow webhook: a flow's webhook calls winnow, which writes properties of
// the profile.
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

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "klaviyo", Title: "Klaviyo flow webhook",
			Doc:      "A flow webhook posts the body of /v1/decide; winnow writes winnow_send, a property for each slot and more to the profile, and the flow splits on them.",
			Schemes:  []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretPath},
			Patience: 0, AsksAgain: true, Key: inlineKey, Keep: true,
			Mapping: journey.Common([]string{"profile_id"}, []string{"email"}, []string{"campaign"}),
			Settings: journey.Settings(names(), false,
				platform.Setting{Name: "api_key", Kind: platform.KindSecret, Doc: "where the private key is, which needs the scope profiles:write: file:PATH or env:NAME"},
				platform.Setting{Name: "api_url", Kind: platform.KindText, Doc: "address of the API", Default: "https://a.klaviyo.com"},
			),
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			n, err := journey.Names(s, names())
			if err == nil {
				err = journey.Need(s, "api_key")
			}
			if err != nil {
				return nil, err
			}
			a := &journey.Adapter{
				Names: n,
				API:   &API{Base: s.Settings.Text("api_url"), Key: s.Settings.Text("api_key"), Names: n},
				ID:    [][]string{{"profile_id"}, {"contact", "id"}}, Email: [][]string{{"email"}, {"contact", "email"}},
			}
			a.Setup, a.RetryStatus = s, 503
			return a, nil
		},
		Reacts: journey.Reacts("Klaviyo calls again, up to 17 times in 24 hours"),
		Recipe: func(in platform.Recipe) string { return journey.Recipe(recipeText, names(), in) },
	}
}

// inlineKey is what repeats are known by.
const inlineKey = "message.id with contact.id (or contact.email)"

// names are winnow's names as this platform's fields.
func names() writeback.Names { return writeback.Names{} }

//go:embed recipe.md
var recipeText string
