// Package brevo is the platform Brevo automation webhook: the automation step "Call a webhook" calls winnow, which
// writes attributes of the contact.
//
// Brevo does not read the answer, and does not call again after an error: what
// winnow can't take is dropped there. WINNOW_AT is a date, since Brevo's dates
// have no time.
//
// Source: developers.brevo.com and help.brevo.com. The names of what the step
// sends are from memory: the mapping takes the likely ones, and a source's own
// mapping is laid over it. Brevo itself was not reachable from here.
package brevo

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
			Name: "brevo", Title: "Brevo automation webhook",
			Doc:      "An automation step posts the contact; winnow writes WINNOW_SEND, an attribute for each slot and more to the contact, and the automation branches on them.",
			Schemes:  []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretPath},
			Patience: 0, AsksAgain: false, Key: inlineKey, Keep: false,
			Mapping: journey.Common([]string{"contact_id", "id"}, []string{"email"}, []string{"workflow_id"}),
			Settings: journey.Settings(names(), true,
				platform.Setting{Name: "api_key", Kind: platform.KindSecret, Doc: "where the API key is: file:PATH or env:NAME"},
				platform.Setting{Name: "api_url", Kind: platform.KindText, Doc: "address of the API", Default: "https://api.brevo.com"},
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
				API:   &API{Base: s.Settings.Text("api_url"), Key: s.Settings.Text("api_key"), Names: n, OptOut: s.Settings.Bool("opt_out")},
				ID:    [][]string{{"contact_id"}, {"id"}, {"contact", "id"}}, Email: [][]string{{"email"}, {"contact", "email"}},
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
func names() writeback.Names { return writeback.Names{Upper: true, Stamp: time.DateOnly} }

//go:embed recipe.md
var recipeText string
