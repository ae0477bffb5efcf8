// Package braze is the platform Braze Connected Content: a tag in a message's
// template that calls winnow while the message is rendered, for each recipient.
//
// It waits two seconds; then, and after any status but 200, the variable stays
// empty and the template's default goes out, unless the tag says :retry. A
// retried tag asks five times and then aborts the message. Braze has no
// signature: a stored credential (Basic, or a header with a token) is all it can
// send.
//
// Braze keeps rendered addresses for 30 days, and by default the answer to a GET
// for five minutes, for whoever asks for the same address: the recipe posts.
//
// Source: braze-docs, "Connected Content" (making an API call, aborting,
// retries, caching). Braze itself could not be reached from here.
package braze

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// retry is the status that a tag with :retry asks again for. Unlike 502 and 503
// it does not count when Braze decides that a host is unhealthy and stops
// calling it for a minute.
const retry = 500

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "braze", Title: "Braze Connected Content",
			Doc: "The template posts the body of /v1/decide while a message is rendered; the answer is the decision with a reason, " +
				"which the template reads from a variable and may abort the message by.",
			Schemes:   []verify.ID{verify.StaticHeader, verify.Basic},
			Patience:  2 * time.Second,
			AsksAgain: true,
			MaxBody:   64 << 10,
			Key:       inline.Key,
			Keep:      true,
			Mapping:   []payload.Rule{{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"marketing"`)}},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &inline.Adapter{Setup: s, RetryStatus: retry}, nil
		},
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

func reacts(r *platform.Reply) platform.Reaction {
	decided, send := inline.Read(r)
	switch {
	case r == nil:
		return platform.SendsDefault.Because("after 2 s nothing is inserted, and the template's default goes out")
	case decided && send:
		return platform.Sends.Because("the template reads the variants")
	case decided:
		return platform.HoldsBack.Because("send is false: the template aborts the message")
	case r.Status == retry:
		return platform.AsksAgain.Because("a tag with :retry asks up to five times and then aborts; one without sends the template's default")
	}
	return platform.SendsDefault.Because("the variable has no status, so the template's default goes out")
}

//go:embed recipe.md
var recipeText string
