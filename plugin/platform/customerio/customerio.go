// Package customerio is the platform Customer.io Journeys: the action "Send and
// receive data" of a campaign, which calls winnow and keeps the answer in a
// journey attribute for the branches and messages after it.
//
// A call that fails leaves the attribute unset: the recipe's branch asks whether
// send is false, so the contact then goes on to the default. What Customer.io
// signs its campaign calls with is not given out, so a header with a secret is
// needed; the signature of reporting webhooks (scheme cio-v0) is accepted
// too.
//
// Source: docs.customer.io, "webhooks-action" and "set-journey-attributes".
// How long a campaign's call waits is not documented; the reporting webhooks'
// 4 s are taken. Customer.io itself could not be reached from here.
package customerio

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "customerio", Title: "Customer.io, send and receive data",
			Doc: "A campaign's action posts the body of /v1/decide; the answer is the decision with a reason, " +
				"kept in a journey attribute that branches and messages read.",
			Schemes:  []verify.ID{verify.StaticHeader, verify.Basic, verify.CustomerIO},
			Patience: 4 * time.Second,
			MaxBody:  64 << 10,
			Key:      inline.Key,
			Keep:     true,
			Mapping:  []payload.Rule{{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"marketing"`)}},
		},
		New:    func(s platform.Setup) (platform.Adapter, error) { return &inline.Adapter{Setup: s}, nil },
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

func reacts(r *platform.Reply) platform.Reaction {
	switch decided, send := inline.Read(r); {
	case decided && send:
		return platform.Sends.Because("the message reads the variants from journey.winnow")
	case decided:
		return platform.HoldsBack.Because("journey.winnow.send is false: the branch leaves the message out")
	case r == nil:
		return platform.SendsDefault.Because("there is no journey.winnow: the branch lets the contact through to the message's default")
	}
	return platform.SendsDefault.Because("the attribute is not stored: the branch lets the contact through to the message's default")
}

//go:embed recipe.md
var recipeText string
