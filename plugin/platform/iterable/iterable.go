// Package iterable is the platform Iterable: a data feed that a campaign gets for
// each recipient, and the journey tile Live Data (…/live).
//
// A feed can only be got, and the one thing it can say besides content is its
// status: anything but 200 skips the send for this recipient, with the reason
// DataFeedError. So who is left out gets a 404, which is not tried again, and
// trouble is answered with 200. Live Data reads at most ten flat fields.
//
// Source: support.iterable.com, "Creating a Data Feed Web Service", "Send skip
// reasons", "Journey Live Data". Iterable itself could not be reached from here.
package iterable

import (
	_ "embed"
	"strconv"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// maxLiveSlots is for how many slots there is room among the ten fields that Live
// Data reads.
const maxLiveSlots = 10 - platform.FlatFields

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "iterable", Title: "Iterable, data feed and Live Data",
			Doc: "A data feed gets fields in its address and the decision as JSON, or a 404 that skips the send; " +
				"the tile Live Data at …/live gets at most ten flat fields.",
			Schemes:  []verify.ID{verify.StaticHeader, verify.Basic, verify.SecretQuery},
			Patience: 10 * time.Second,
			MaxBody:  64 << 10,
			Key:      "message.campaign with contact.id (or contact.email), within an hour",
			Mapping: []payload.Rule{
				{Field: "contact.id", From: []string{"uid", "userId", "contact.id"}, As: payload.AsText},
				{Field: "contact.email", From: []string{"email", "contact.email"}},
				{Field: "message.campaign", From: []string{"cid", "campaignId", "message.campaign"}, As: payload.AsText},
				{Field: "message.class", From: []string{"class", "message.class"}, Default: []byte(`"marketing"`)},
			},
		},
		New:    func(s platform.Setup) (platform.Adapter, error) { return &adapter{inline.Adapter{Setup: s}}, nil },
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

type adapter struct{ inline.Adapter }

// Decode implements platform.Adapter.
func (a *adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	if err := asks.Map(a.Setup.Mapping, doc); err != nil {
		return err
	}
	campaign, name := payload.View(asks.Items[0].First("message.campaign")), inline.NameOf(&asks.Items[0])
	if campaign != "" && name != "" {
		// A triggered campaign keeps its id: next week's send is another one.
		asks.Key = strconv.FormatInt(c.Received.Unix()/3600, 10) + " " + platform.KeyOf(campaign, name)
	}
	return nil
}

// Encode implements platform.Adapter.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	switch {
	case c.Below == "live":
		r.JSON(200, nil)
		r.Body = append(answers[0].AppendFlat(append(r.Body, '{'), maxLiveSlots), '}')
		return nil
	case !answers[0].Send():
		r.JSON(404, nil)
		r.Body = append(answers[0].AppendReason(append(r.Body, `{"send":false,"reason":`...)), '}')
		return nil
	}
	return a.Adapter.Encode(c, answers, r)
}

// Trouble implements platform.Adapter.
func (a *adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	t.SayDefault(a, c, r)
}

func reacts(r *platform.Reply) platform.Reaction {
	switch {
	case r == nil:
		return platform.HoldsBack.Because("after 10 s the send is skipped (DataFeedError); Live Data takes its path Failure")
	case r.Status != 200:
		return platform.HoldsBack.Because("the send is skipped (DataFeedError)")
	case payload.Text(payload.Get(r.Body, "winnow_send")) == "false":
		return platform.HoldsBack.Because("liveData.winnow.winnow_send is false: the branch leaves the message out")
	}
	return platform.Sends.Because("the template or journey reads the variants")
}

//go:embed recipe.md
var recipeText string
