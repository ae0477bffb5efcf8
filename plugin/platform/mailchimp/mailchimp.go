// Package mailchimp is the platform Mailchimp audience webhook: an audience's webhook calls winnow when a member joins or
// changes, and winnow writes merge fields of the member.
//
// Mailchimp posts a form, unsigned, and tries an address with GET when the webhook
// is made. It has no step that waits for winnow: the fields are there for the
// next campaign and for the conditions of a journey. Merge tags have at most ten
// characters, so that they begin with WN_.
//
// Source: mailchimp.com/developer; retries (some 20 within 75 minutes) are from
// memory. Mailchimp itself was not reachable from here.
package mailchimp

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/journey"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "mailchimp", Title: "Mailchimp audience webhook",
			Doc:      "An audience webhook posts the member as a form; winnow writes WN_SEND, a merge field for each slot and more to the member, for segments and conditional content.",
			Schemes:  []verify.ID{verify.SecretPath, verify.SecretQuery, verify.Basic},
			Patience: 10 * time.Second, AsksAgain: true, Key: inlineKey, Keep: false,
			Mapping: journey.Common([]string{"data.id"}, []string{"data.email"}, nil),
			Settings: journey.Settings(names(), true,
				platform.Setting{Name: "api_key", Kind: platform.KindSecret, Doc: "where the API key is: file:PATH or env:NAME"},
				platform.Setting{Name: "list", Kind: platform.KindText, Doc: "id of the audience"},
				platform.Setting{Name: "api_url", Kind: platform.KindText, Doc: "address of the API; found by the end of the key when left out"},
			),
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			n, err := journey.Names(s, names())
			if err == nil {
				err = journey.Need(s, "api_key", "list")
			}
			if err != nil {
				return nil, err
			}
			a := &journey.Adapter{
				Names: n,
				API:   &API{Base: s.Settings.Text("api_url"), Key: s.Settings.Text("api_key"), List: s.Settings.Text("list"), Names: n, OptOut: s.Settings.Bool("opt_out")},
				ID:    [][]string{{"data", "id"}}, Email: [][]string{{"data", "email"}},
			}
			a.Setup, a.RetryStatus = s, 503
			return a, nil
		},
		Reacts: journey.Reacts("Mailchimp calls again for about an hour"),
		Recipe: func(in platform.Recipe) string { return journey.Recipe(recipeText, names(), in) },
	}
}

// inlineKey is what repeats are known by.
const inlineKey = "nothing: a repeat is decided on anew, and the latest decision is written"

// names are winnow's names as this platform's fields.
func names() writeback.Names {
	return writeback.Names{Prefix: "wn_", Upper: true, Max: 10, Stamp: time.DateOnly}
}

//go:embed recipe.md
var recipeText string
