// Package bloomreach is the platform Bloomreach Engagement: the webhook node of
// a scenario, whose answer the nodes after it read.
//
// It wants an answer within a second and of at most 64 KiB. The status is heard:
// 200 goes on, 500 is tried again later, and 400 ends the whole delivery, so
// winnow never answers 400 there.
//
// Source: documentation.bloomreach.com, webhooks. Bloomreach itself could not be
// reached from here.
package bloomreach

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const retry = 500

// MaxAnswer is the size in bytes of the largest answer that is read.
const MaxAnswer = 64 << 10

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "bloomreach", Title: "Bloomreach Engagement, webhook node",
			Doc: "A scenario's webhook node posts the body of /v1/decide; the answer is the decision with a reason, " +
				"which the nodes after it read as webhook.send and webhook.variants.",
			Schemes:   []verify.ID{verify.Basic, verify.StaticHeader},
			Patience:  time.Second,
			AsksAgain: true,
			MaxBody:   64 << 10,
			Key:       inline.Key,
			Keep:      true,
			Mapping:   []payload.Rule{{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"marketing"`)}},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &adapter{inline.Adapter{Setup: s, RetryStatus: retry}}, nil
		},
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

type adapter struct{ inline.Adapter }

// Encode leaves the variants' contents out of an answer that would not be read.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	if err := a.Adapter.Encode(c, answers, r); err != nil || len(r.Body) <= MaxAnswer {
		return err
	}
	short := []byte{'{'}
	err := payload.Each(r.Body, func(key string, value []byte) {
		if key == "content" {
			value = []byte("{}")
		}
		short = append(append(append(short, '"'), key...), `":`...)
		short = append(append(short, value...), ',')
	})
	if err != nil {
		return err
	}
	short[len(short)-1] = '}'
	r.Body = append(r.Body[:0], short...)
	return nil
}

func reacts(r *platform.Reply) platform.Reaction {
	switch decided, send := inline.Read(r); {
	case r == nil:
		return platform.SendsDefault.Because("webhook.send is unset: the condition lets the contact through to the message's default")
	case len(r.Body) > MaxAnswer:
		return platform.SendsDefault.Because("more than 64 KiB are not read")
	case decided && send:
		return platform.Sends.Because("the message reads webhook.variants")
	case decided:
		return platform.HoldsBack.Because("webhook.send is false: the condition ends here")
	case r.Status == retry:
		return platform.AsksAgain.Because("500 is tried again later")
	case r.Status == 400:
		return platform.Loses.Because("400 stops the whole delivery")
	}
	return platform.SendsDefault.Because("webhook.send is unset: the condition lets the contact through to the message's default")
}

//go:embed recipe.md
var recipeText string
