package sfmc

import (
	_ "embed"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Inline is the call from a script, as package platforms registers it.
func Inline() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "sfmc-inline", Title: "Salesforce Marketing Cloud, AMPscript and SSJS",
			Doc: "A script in the message posts or gets while it is rendered; the answer is flat texts, or nothing at all with ?mode=empty " +
				"for who is left out.",
			Schemes:  []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretQuery, verify.SecretPath},
			Patience: 30 * time.Second,
			MaxBody:  64 << 10,
			Key:      inline.Key,
			Keep:     true,
			Mapping:  []payload.Rule{{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"marketing"`)}},
		},
		New:    func(s platform.Setup) (platform.Adapter, error) { return &script{inline.Adapter{Setup: s}}, nil },
		Reacts: inlineReacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(inlineRecipe, in) },
	}
}

type script struct{ inline.Adapter }

// Encode implements platform.Adapter.
func (a *script) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	r.JSON(200, nil)
	if answers[0].Send() || !strings.Contains(c.Query, "mode=empty") || c.Param("mode") != "empty" {
		r.Body = append(answers[0].AppendFlat(append(r.Body, '{'), platform.AllSlots), '}')
	}
	return nil
}

// Trouble implements platform.Adapter.
func (a *script) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	t.SayDefault(a, c, r)
}

func inlineReacts(r *platform.Reply) platform.Reaction {
	switch {
	case r == nil:
		return platform.SendsDefault.Because("after 30 s the recipe's script goes on without an answer, to the default")
	case r.Status != 200:
		return platform.SendsDefault.Because("the recipe's script takes the default for any other status")
	case len(r.Body) == 0:
		return platform.HoldsBack.Because("SSJS skips a subscriber for an empty answer (emptyContentHandling 2)")
	case payload.Text(payload.Get(r.Body, "winnow_send")) == "false":
		return platform.HoldsBack.Because("RaiseError with true skips this subscriber")
	}
	return platform.Sends.Because("the script reads the variants")
}

//go:embed inline.md
var inlineRecipe string
