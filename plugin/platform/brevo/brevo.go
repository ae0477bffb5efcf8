// Package brevo is the platform Brevo automation webhook: the automation step
// "Call a webhook" calls winnow, which writes attributes of the contact.
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

//go:embed recipe.md
var recipeText string

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return journey.Description{
		Name: "brevo", Title: "Brevo automation webhook",
		Doc:     "An automation step posts the contact; winnow writes WINNOW_SEND, an attribute for each slot and more to the contact, and the automation branches on them.",
		Schemes: []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretPath},
		ID:      []string{"contact_id", "id"}, Email: []string{"email"}, Campaign: []string{"workflow_id"},
		Settings: []platform.Setting{
			{Name: "api_key", Kind: platform.KindSecret, Doc: "where the API key is: file:PATH or env:NAME"},
			{Name: "api_url", Kind: platform.KindText, Doc: "address of the API", Default: "https://api.brevo.com"},
		},
		Needs:  []string{"api_key"},
		OptOut: true,
		Names:  writeback.Names{Upper: true, Stamp: time.DateOnly},
		API: func(s platform.Setup, n writeback.Names) writeback.Platform {
			return &API{
				Base: s.Settings.Text("api_url"), Key: s.Settings.Text("api_key"), Names: n, OptOut: s.Settings.Bool("opt_out"),
			}
		},
		Recipe: recipeText,
	}.Platform()
}
