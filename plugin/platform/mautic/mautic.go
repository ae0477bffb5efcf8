// Package mautic is the platform Mautic campaign webhook: the campaign action
// "Send a webhook" calls winnow, which writes custom fields of the contact
// through the REST API.
//
// Mautic takes 200 and 201 for success; after anything else it runs the action
// again an hour later, and what follows in the campaign waits. It drops the
// answer. Two data fields with one value collapse into one on its side, so the
// recipe puts the name in front of each value; it is taken off here.
//
// Source: Mautic 5.1's code, and its webhook classes run against a recorder. A
// whole Mautic with its API was not reachable from here.
package mautic

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
		Name: "mautic", Title: "Mautic campaign webhook",
		Doc:      "A campaign action posts the contact; winnow writes winnow_send, a field for each slot and more to the contact, and the campaign branches on them.",
		Schemes:  []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretQuery, verify.SecretPath},
		Patience: 10 * time.Second,
		Again:    "Mautic runs the action again in an hour; the contact waits",
		Bodies:   true,
		ID:       []string{"contact_id"}, Email: []string{"email"}, Campaign: []string{"campaign"},
		Tidy: tidy,
		Settings: []platform.Setting{
			{Name: "api_url", Kind: platform.KindText, Doc: "address of the installation: https://mautic.shop.example"},
			{Name: "api_user", Kind: platform.KindText, Doc: "user of Mautic who may edit contacts"},
			{Name: "api_password", Kind: platform.KindSecret, Doc: "where the password is: file:PATH or env:NAME"},
		},
		Needs:  []string{"api_url", "api_user", "api_password"},
		OptOut: true,
		Names:  writeback.Names{Stamp: time.DateTime},
		API: func(s platform.Setup, n writeback.Names) writeback.Platform {
			return &API{
				Base: s.Settings.Text("api_url"), User: s.Settings.Text("api_user"), Password: s.Settings.Text("api_password"),
				Names: n, OptOut: s.Settings.Bool("opt_out"),
			}
		},
		Recipe: recipeText,
	}.Platform()
}
