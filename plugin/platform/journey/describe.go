package journey

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Description is all that tells one such platform from another.
type Description struct {
	// Name, Title, Doc, Schemes and Patience are as in platform.Info.
	Name, Title, Doc string
	Schemes          []verify.ID
	Patience         time.Duration
	// Again says what the platform does after an error, "" when it never calls
	// again.
	Again string
	// Bodies says that its calls are bodies already, and so may name their message,
	// by which a repeat is known.
	Bodies bool
	// ID, Email and Campaign are where its calls name these, beside the places of a
	// body: dotted paths.
	ID, Email, Campaign []string
	// More are rules of the mapping besides.
	More []payload.Rule
	// Tidy mends a document before it is mapped; nil leaves it.
	Tidy func(doc []byte) []byte
	// Aside reports whether a call is about no contact: it is taken, and nothing is
	// decided. Nil says so of none.
	Aside func(*platform.Call) bool
	// Settings are those that only this platform has, and Needs the names of those
	// that must have a value.
	Settings []platform.Setting
	Needs    []string
	// OptOut says that the platform can opt people out; API then heeds the setting
	// opt_out.
	OptOut bool
	// LooksUp names the setting by which the API looks contacts up before they are
	// decided on; "" for none.
	LooksUp string
	// Names are winnow's names as the platform's fields.
	Names writeback.Names
	// API makes what writes the fields.
	API func(platform.Setup, writeback.Names) writeback.Platform
	// Recipe is the text of the recipe. The word FIELDS in it becomes the table of
	// the fields that the owner has to create.
	Recipe string
}

// Platform is the platform that is described.
func (d Description) Platform() platform.Platform {
	key := "nothing: a repeat is decided on anew, and the latest decision is written"
	if d.Bodies {
		key = inline.Key
	}
	return platform.Platform{
		Info: platform.Info{
			Name: d.Name, Title: d.Title, Doc: d.Doc, Schemes: d.Schemes, Patience: d.Patience,
			AsksAgain: d.Again != "", Key: key, Keep: d.Bodies, Mapping: d.mapping(), Settings: d.settings(),
		},
		New:    d.adapter,
		Reacts: reacts(d.Again),
		Recipe: func(in platform.Recipe) string {
			in.Fields = d.others(in.Fields)
			return recipe(d.Recipe, d.Names, in)
		},
	}
}

func (d Description) adapter(s platform.Setup) (platform.Adapter, error) {
	names, err := ownNames(s, d.Names)
	if err == nil {
		err = need(s, d.Needs)
	}
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		API: d.API(s, names), Names: names, Tidy: d.Tidy, Aside: d.Aside, Ask: s.Settings.Bool(d.LooksUp),
		ID: keys(append(d.ID, "contact.id")), Email: keys(append(d.Email, "contact.email")),
	}
	a.Setup = s
	if d.Again != "" {
		a.RetryStatus = 503
	}
	return a, nil
}

// keys parts dotted paths into their keys.
func keys(paths []string) (out [][]string) {
	for _, p := range paths {
		out = append(out, strings.Split(p, "."))
	}
	return out
}

func (d Description) mapping() []payload.Rule {
	return append([]payload.Rule{
		{Field: "contact.id", From: append([]string{"contact.id"}, d.ID...)},
		{Field: "contact.email", From: append([]string{"contact.email"}, d.Email...)},
		{Field: "message.campaign", From: append([]string{"message.campaign"}, d.Campaign...)},
		{Field: "message.channel", From: []string{"message.channel"}, Default: []byte(`"email"`)},
		{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"marketing"`)},
	}, d.More...)
}

// others are the fields that the owner has to hand over: not those that a call
// has anyway. Listed twice in a webhook's data, the empty one would count.
func (d Description) others(fields []string) []string {
	given := d.mapping()
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool {
		return f == "message.id" && d.Bodies || slices.ContainsFunc(given, func(r payload.Rule) bool { return r.Field == f })
	})
}

func (d Description) settings() []platform.Setting {
	out := append(d.Settings, platform.Setting{
		Name: "fields", Kind: platform.KindTexts,
		Doc: "names of fields that differ from winnow's, as in [hero=SHOP_HERO]; winnow's own begin with " + d.Names.Of(""),
	})
	if d.OptOut {
		out = append(out, platform.Setting{
			Name: "opt_out", Kind: platform.KindBool,
			Doc: "writes a persona's suppression as an opt-out, which only the contact can take back; off unless you want just that",
		})
	}
	return out
}

// ownNames reads the setting fields into names.
func ownNames(s platform.Setup, names writeback.Names) (writeback.Names, error) {
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

// need says which of these settings has no value.
func need(s platform.Setup, names []string) error {
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

// reacts says what a journey does that was set up by the recipe: its branch goes
// by the fields. again says what the platform does after an error, "" for
// nothing.
func reacts(again string) func(*platform.Reply) platform.Reaction {
	return func(r *platform.Reply) platform.Reaction {
		decided, send := inline.Read(r)
		switch {
		case decided && send:
			return platform.Sends.Because("the field of send is written as true, and the branch goes on")
		case decided:
			return platform.HoldsBack.Because("the field of send is written as false, and the branch ends")
		case r != nil && r.Status == 200:
			return platform.UpToCaller.Because("nothing is decided yet: the branch goes by the fields, which are written once the contact was looked up")
		case again != "":
			return platform.AsksAgain.Because(again)
		}
		return platform.SendsDefault.Because("the fields stay as they were: a branch that compares the field of for takes its default way")
	}
}

// recipe fills a recipe. The word FIELDS in it becomes the table of fields that
// the owner has to create.
func recipe(text string, names writeback.Names, in platform.Recipe) string {
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
