// Package journey is what adapters have in common whose platform calls a webhook
// from a step of a journey and drops the answer: Mautic, Klaviyo, Brevo,
// ActiveCampaign, Mailchimp, SALESmanago. It exists so that such a platform says
// only what is its own: where its calls name the contact, and how its fields are
// written.
//
// The decision is written into fields of the contact (package writeback); a wait
// step gives that time, and a branch reads them. The answer to the call still
// holds the decision, for whoever looks at it.
package journey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Adapter is a platform.Adapter and a platform.Writer.
type Adapter struct {
	inline.Adapter
	// API writes fields.
	API writeback.Platform
	// Names are the fields that it writes.
	Names writeback.Names
	// ID and Email are where a call names the contact: paths of literal keys, the
	// first that has a value counts.
	ID, Email [][]string
	// Tidy mends a document before it is mapped; nil leaves it.
	Tidy func(doc []byte) []byte
	// Ask says that the call says too little, and has the API look the contact up.
	Ask bool
}

var _ platform.Writer = (*Adapter)(nil)

// Target implements platform.Writer.
func (a *Adapter) Target() writeback.Platform { return a.API }

// CheckSlots says which two slots would share a field.
func (a *Adapter) CheckSlots(slots []string) error { return a.Names.Check(slots) }

func (a *Adapter) document(c *platform.Call) ([]byte, error) {
	doc, err := c.Document()
	if err == nil && a.Tidy != nil {
		doc = a.Tidy(doc)
	}
	return doc, err
}

// Decode implements platform.Adapter.
func (a *Adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := a.document(c)
	if err != nil || a.Ask {
		return err
	}
	if err := asks.Map(a.Setup.Mapping, doc); err != nil {
		return err
	}
	asks.Key = inline.KeyOf(asks.Items[0].Body)
	return nil
}

// Encode implements platform.Adapter.
func (a *Adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	if len(answers) == 0 { // decided later
		r.JSON(200, []byte(`{"accepted":true}`))
		return nil
	}
	return a.Adapter.Encode(c, answers, r)
}

// Writes implements platform.Writer.
func (a *Adapter) Writes(c *platform.Call, asks *platform.Asks, answers []platform.Answer) ([]writeback.Write, error) {
	doc, err := a.document(c)
	if err != nil {
		return nil, err
	}
	who := writeback.Contact{ID: find(doc, a.ID), Email: find(doc, a.Email)}
	if a.Ask {
		return []writeback.Write{{Contact: who, Decided: c.Received, Ask: json.RawMessage(slices.Clone(doc))}}, nil
	}
	if len(answers) == 0 {
		return nil, nil
	}
	w, err := writeback.FromAnswer(answers[0].JSON, a.Setup.Name, who, platform.MessageOf(asks.Items[0].Body), c.Received)
	return []writeback.Write{w}, err
}

func find(doc []byte, paths [][]string) string {
	for _, p := range paths {
		if v := payload.Text(payload.Get(doc, p...)); v != "" {
			return v
		}
	}
	return ""
}

// Trouble implements platform.Adapter: what was not written is said so, and a
// platform that calls again is asked to.
func (a *Adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	if t.Kind == platform.Forged || t.Wants == platform.Retry || errors.Is(t.Err, platform.ErrUnwritten) {
		t.Problem(r)
		return
	}
	a.Adapter.Trouble(c, t, r)
}

// Settings are those of every platform of this kind; more are its own.
func Settings(names writeback.Names, optOut bool, more ...platform.Setting) []platform.Setting {
	out := append(more, platform.Setting{
		Name: "fields", Kind: platform.KindTexts,
		Doc: "names of fields that differ from winnow's, as in [hero=SHOP_HERO]; winnow's own begin with " + names.Of(""),
	})
	if optOut {
		out = append(out, platform.Setting{
			Name: "opt_out", Kind: platform.KindBool,
			Doc: "writes a persona's suppression as an opt-out, which only the contact can take back; off unless you want just that",
		})
	}
	return out
}

// Names reads the setting fields into names.
func Names(s platform.Setup, names writeback.Names) (writeback.Names, error) {
	names.Own = map[string]string{}
	for _, text := range s.Settings.Texts("fields") {
		name, field, ok := strings.Cut(text, "=")
		if !ok || name == "" || field == "" {
			return names, fmt.Errorf("setting fields: %q is not like hero=SHOP_HERO", text)
		}
		names.Own[strings.TrimSpace(name)] = strings.TrimSpace(field)
	}
	return names, nil
}

// Need says which of these settings has no value.
func Need(s platform.Setup, names ...string) error {
	for _, n := range names {
		if s.Settings.Text(n) == "" {
			return fmt.Errorf("setting %s is missing: winnow can't write to the platform without it", n)
		}
	}
	if address := s.Settings.Text("api_url"); address != "" {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("setting api_url is not an address such as https://api.example.com")
		}
	}
	return nil
}

// Reacts says what a journey does that was set up by the recipe: its branch goes
// by the fields. again says what the platform does after an error, "" for
// nothing.
func Reacts(again string) func(*platform.Reply) platform.Reaction {
	return func(r *platform.Reply) platform.Reaction {
		decided, send := inline.Read(r)
		switch {
		case decided && send:
			return platform.Reaction{Then: platform.Sends, Why: "the field of send is written as true, and the branch goes on"}
		case decided:
			return platform.Reaction{Then: platform.HoldsBack, Why: "the field of send is written as false, and the branch ends"}
		case r != nil && r.Status == 200:
			return platform.Reaction{Then: platform.UpToCaller, Why: "the decision comes later, and the branch goes by its fields"}
		case again != "":
			return platform.Reaction{Then: platform.AsksAgain, Why: again}
		}
		return platform.Reaction{Then: platform.SendsDefault, Why: "the fields stay as they were: a branch that compares the field of for takes its default way"}
	}
}

// Common are the mapping rules of every such platform.
func Common(id, email, campaign []string) []payload.Rule {
	return []payload.Rule{
		{Field: "contact.id", From: append([]string{"contact.id"}, id...)},
		{Field: "contact.email", From: append([]string{"contact.email"}, email...)},
		{Field: "message.campaign", From: append([]string{"message.campaign"}, campaign...)},
		{Field: "message.channel", From: []string{"message.channel"}, Default: []byte(`"email"`)},
		{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"marketing"`)},
	}
}

// Recipe fills a recipe. The word FIELDS in it becomes the table of fields that
// the owner has to create.
func Recipe(text string, names writeback.Names, in platform.Recipe) string {
	slots := in.Slots
	if len(slots) == 0 {
		slots = []string{"hero"}
	}
	var t strings.Builder
	t.WriteString("| field | what winnow writes |\n|---|---|\n")
	row := func(name, what string) { fmt.Fprintf(&t, "| `%s` | %s |\n", names.Of(name), what) }
	row("send", "`true` or `false`")
	row("action", "`send`, `suppress`, `gate`, `hold`, `reroute` or `cap`")
	row("reason", "what decided, as `persona_match:serial-returner`; `none` when nothing stands in the way")
	row("for", "the campaign that the decision is for")
	for _, s := range slots {
		row(writeback.SlotName(s), "the variant of the slot "+s)
	}
	row("at", "when it was decided, in UTC")
	return platform.FillRecipe(strings.Replace(text, "FIELDS\n", t.String(), 1), in)
}
