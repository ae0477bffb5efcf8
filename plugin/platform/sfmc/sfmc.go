// Package sfmc is the platform Salesforce Marketing Cloud Engagement, in two
// ways: a custom split activity of Journey Builder (sfmc), and a call from
// AMPscript or SSJS while a message is rendered (sfmc-inline).
//
// The activity posts a JWT, signed with HS256, and reads branchResult. Any status
// but 2xx throws the contact out of the journey without a word, so winnow always
// answers 200 with a declared outcome; only a stranger gets a 401. Publishing a
// journey asks the addresses save, validate, publish and stop first, without
// which it is blocked, and the activity's page and config.json are fetched from
// here too.
//
// The call from a script reads flat texts, or an empty answer: SSJS can skip a
// subscriber for that (?mode=empty).
//
// Source: developer.salesforce.com, "extending activities", "encode custom
// activities using JWT", AMPscript RaiseError, SSJS HTTPGet; the example
// salesforce-marketingcloud/sfmc-example-jb-custom-activity. The platform itself
// could not be reached from here.
package sfmc

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Platform is the split activity, as package platforms registers it.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "sfmc", Title: "Salesforce Marketing Cloud, split activity",
			Doc: "A custom split of Journey Builder posts a JWT to …/execute; the answer is branchResult (send, suppress, or the variant " +
				"of a slot) and one text for each slot. config.json, the page and the lifecycle addresses are served beside it.",
			Schemes:  []verify.ID{verify.SFMC, verify.StaticHeader, verify.SecretPath},
			Patience: 10 * time.Second, // what the recipe's config.json says
			MaxBody:  128 << 10,
			Key:      "activityInstanceId with keyValue",
			Mapping: []payload.Rule{
				{Field: "contact.id", From: []string{"inArguments[].contactKey", "keyValue"}, As: payload.AsText},
				{Field: "contact.email", From: []string{"inArguments[].email"}},
				{Field: "message.campaign", From: []string{"inArguments[].campaign", "journeyId"}},
				{Field: "message.id", From: []string{"activityInstanceId"}},
				{Field: "message.class", From: []string{"inArguments[].message_class"}, Default: []byte(`"marketing"`)},
			},
			Settings: []platform.Setting{
				{Name: "branch_by", Kind: platform.KindText, Doc: "slot whose variant is the branch of who is sent to; without it that branch is called send"},
				{Name: "variants", Kind: platform.KindTexts, Doc: "variants of the slot branch_by, the outcomes that config.json declares; the first is taken in trouble"},
				{Name: "slots", Kind: platform.KindTexts, Doc: "slots whose variants later activities read; config.json declares an out argument for each"},
			},
		},
		New:    newSplit,
		Reacts: splitReacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(splitRecipe, in) },
	}
}

// The outcomes of the split that has no branch_by, and of who is left out.
const (
	branchSend     = "send"
	branchSuppress = "suppress"
)

type split struct {
	setup           platform.Setup
	by              string
	variants, slots []string
	config          []byte
}

var _ platform.Greeter = (*split)(nil)

func newSplit(s platform.Setup) (platform.Adapter, error) {
	a := &split{
		setup: s, by: s.Settings.Text("branch_by"),
		variants: s.Settings.Texts("variants"), slots: s.Settings.Texts("slots"),
	}
	if (a.by == "") != (len(a.variants) == 0) {
		return nil, fmt.Errorf("branch_by and variants go together: name the slot, and the variants that are branches")
	}
	a.config = config(s.PublicURL, a.outcomes(), a.slots)
	return a, nil
}

func (a *split) outcomes() []string {
	if a.by == "" {
		return []string{branchSend, branchSuppress}
	}
	return append(append([]string(nil), a.variants...), branchSuppress)
}

// Greet answers what Journey Builder asks when a journey is made and published,
// and serves the activity's own files.
func (a *split) Greet(c *platform.Call, r *platform.Reply) bool {
	switch {
	case c.Below == "save", c.Below == "validate", c.Below == "publish", c.Below == "stop", c.Below == "unpublish":
		r.JSON(200, []byte(`{"success":true}`))
	case c.Method != "GET":
		return false
	case c.Below == "config.json":
		r.JSON(200, a.config)
	case c.Below == "" || c.Below == "index.html":
		r.Status = 200
		r.Set("Content-Type", "text/html; charset=utf-8")
		r.Body = append(r.Body, page...)
	case c.Below == "icon.svg":
		r.Status = 200
		r.Set("Content-Type", "image/svg+xml")
		r.Body = append(r.Body, icon...)
	default:
		return false
	}
	return true
}

// Decode implements platform.Adapter.
func (a *split) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := document(c)
	if err != nil {
		return err
	}
	if err := asks.Map(a.setup.Mapping, doc); err != nil {
		return err
	}
	ask := &asks.Items[0]
	instance, key := payload.View(ask.Payload("activityInstanceId")), payload.Name(ask.Payload("keyValue"))
	if instance != "" && key != "" {
		asks.Key = platform.KeyOf(instance, key)
	}
	return nil
}

// document is the JWT's payload; verification has read it before. Sources
// without JWTs post the JSON itself.
func document(c *platform.Call) ([]byte, error) {
	body, err := c.Plain()
	if err != nil {
		return nil, err
	}
	if len(body) > 2 && body[0] == 'e' && body[1] == 'y' { // base64 of {"
		return verify.JWTPayload(body)
	}
	return c.Document()
}

// Encode implements platform.Adapter.
func (a *split) Encode(_ *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	r.JSON(200, nil)
	r.Body = append(payload.Quote(append(r.Body, `{"branchResult":`...), a.branch(&answers[0])), ',')
	r.Body = append(answers[0].AppendFlat(r.Body, platform.AllSlots), '}')
	return nil
}

// branch is always one that config.json declares: another would be an error of
// the journey.
func (a *split) branch(answer *platform.Answer) string {
	switch {
	case !answer.Send():
		return branchSuppress
	case a.by == "":
		return branchSend
	}
	chosen := payload.View(payload.First(answer.JSON, "variants", a.by))
	if i := slices.Index(a.variants, chosen); i >= 0 {
		return a.variants[i]
	}
	return a.variants[0]
}

// Trouble takes the branch that the owner chose.
func (a *split) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	t.SayDefault(a, c, r)
}

func splitReacts(r *platform.Reply) platform.Reaction {
	if r == nil || r.Status/100 != 2 {
		return platform.Loses.Because("without a 2xx the contact is thrown out of the journey, after the retries of config.json")
	}
	switch branch := payload.Text(payload.Get(r.Body, "branchResult")); branch {
	case "":
		return platform.Loses.Because("without a branchResult the contact takes no branch")
	case branchSuppress:
		return platform.HoldsBack.Because("the contact takes the branch suppress")
	default:
		return platform.Sends.Because("the contact takes the branch of who is sent to")
	}
}

//go:embed split.md
var splitRecipe string
