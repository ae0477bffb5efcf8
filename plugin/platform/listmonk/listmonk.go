// Package listmonk is winnow as a messenger of listmonk. listmonk posts each
// finished message to it, one for each recipient, and forgets it: only 200
// counts, nothing is retried, and the answer's body is not read. So this
// adapter does not steer a send; it takes it over. It decides, hands the letter
// to a relay that keeps it durably, and only then answers 200.
//
// What tells a repeat is the campaign with the recipient. listmonk's "send test"
// uses the same two and nothing marks it; so a test is what is posted to an
// address with ?test=1, and the recipients that the setting tests names may get a
// campaign more than once. Transactional messages have no campaign and are never
// repeats.
//
// The messenger loses the List-Unsubscribe headers on the way; they are put
// back here.
package listmonk

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/relay"
)

// Accepter takes letters over: a *relay.Relay does.
type Accepter interface {
	Accept(ctx context.Context, l *relay.Letter) (relay.Receipt, error)
	// PassesOn reports whether a source's letters go to another messenger, and so
	// need their Origin.
	PassesOn(source string) bool
}

// Name is what configuration calls it.
const Name = "listmonk"

// Header says in the answer what became of the letter, for people who look:
// listmonk does not.
const Header = "X-Winnow-Letter"

// patience is how long listmonk waits, with its default settings; the relay has
// to be quicker.
const (
	patience    = 5 * time.Second
	acceptLimit = 3 * time.Second
)

// Platform is what package platforms registers. Without an Accepter it describes
// itself and makes no adapter.
func Platform(to Accepter) platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: Name, Title: "listmonk (messenger)",
			Doc: "A messenger of listmonk: it takes each finished message, decides, fills the chosen content into the message's marks " +
				"and delivers it by SMTP from a queue of its own, or withholds it.",
			Schemes:  []verify.ID{verify.Basic, verify.SecretPath, verify.SecretQuery},
			Patience: patience, HandsOver: true,
			MaxBody: 32 << 20,
			Key:     "the campaign's uuid with the recipient's; tests and transactional messages are never repeats",
			Mapping: mapping(),
			Settings: []platform.Setting{
				{
					Name: "root_url", Kind: platform.KindText,
					Doc: "listmonk's own root URL, for unsubscribe links; without it they are taken from the message",
				},
				{
					Name: "tests", Kind: platform.KindTexts,
					Doc: "addresses, or domains as @shop.example, that may get the same campaign more than once: those of people who send themselves tests",
				},
			},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			if to == nil {
				return nil, errors.New("listmonk needs a relay that delivers: give the file of sources a relay section")
			}
			return &adapter{setup: s, to: to, root: s.Settings.Text("root_url"), tests: s.Settings.Texts("tests")}, nil
		},
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

// mapping is where fields come from unless the owner says otherwise. Below
// winnow stands what the adapter knows of the message.
func mapping() []payload.Rule {
	attribs := func(field string, names ...string) payload.Rule {
		r := payload.Rule{Field: field}
		for _, n := range names {
			r.From = append(r.From, "recipients[0].attribs."+n)
		}
		return r
	}
	return []payload.Rule{
		{Field: "contact.id", From: []string{"winnow.contact"}},
		{Field: "contact.external_ids.listmonk", From: []string{"recipients[0].uuid"}},
		{Field: "contact.email", From: []string{"recipients[0].email"}},
		{Field: "contact.name.full", From: []string{"recipients[0].name"}},
		attribs("contact.country", "country"),
		attribs("contact.city", "city"),
		attribs("contact.locale", "locale"),
		attribs("contact.language", "language"),
		attribs("contact.tags", "tags"),
		attribs("consent.marketing", "consent.marketing", "consent.email"),
		attribs("orders.count", "orders.count", "order_count", "orders_count"),
		attribs("orders.returns_count", "orders.returns_count", "returns_count"),
		{Field: "message.class", From: []string{"winnow.class"}},
		{Field: "message.campaign", From: []string{"campaign.uuid"}},
		{Field: "message.channel", Value: []byte(`"email"`)},
		{Field: "message.tags", From: []string{"campaign.tags"}},
	}
}

type adapter struct {
	setup platform.Setup
	to    Accepter
	root  string
	tests []string
}

// Decode implements platform.Adapter. A test asks for nothing: it is not to be
// recorded as a decision.
func (a *adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	p, err := read(c)
	if err != nil {
		return err
	}
	if p.kind == relay.Test {
		return nil
	}
	if asks.Key = a.key(p); asks.Key != "" {
		asks.Key = "letter " + asks.Key
	}
	return asks.Map(a.setup.Mapping, p.doc)
}

// Encode implements platform.Adapter: 200 once the letter is the relay's.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	var answer []byte
	// A default answer that does not send is not taken: nobody waits, so the
	// relay asks again.
	if len(answers) > 0 && answers[0].Err == nil && (answers[0].Send() || string(payload.Get(answers[0].JSON, "degraded")) != "true") {
		answer = answers[0].JSON
	}
	return a.accept(c, answer, r)
}

// Trouble implements platform.Adapter. When only the decision is missing the
// letter is taken all the same.
func (a *adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	if (t.Kind == platform.Undecided || t.Kind == platform.Broken) && !errors.Is(t.Err, errNotTaken) {
		if t.Err = a.accept(c, nil, r); t.Err == nil {
			return
		}
	}
	if errors.Is(t.Err, errNotTaken) {
		t.Kind = platform.Undecided
	}
	t.Problem(r)
	if errors.Is(t.Err, relay.ErrFull) {
		r.Status = 507
	}
}

// errNotTaken: the relay does not have the letter.
var errNotTaken = errors.New("the relay did not take the letter")

// accept hands the letter over, with the gate's answer if there is one.
func (a *adapter) accept(c *platform.Call, answer []byte, r *platform.Reply) error {
	p, err := read(c)
	if err != nil {
		return err
	}
	l, err := a.letter(p, answer)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), acceptLimit)
	defer cancel()
	got, err := a.to.Accept(ctx, l)
	if err != nil {
		return errors.Join(errNotTaken, err)
	}
	word := "queued"
	switch {
	case got.Repeat:
		word = "repeat"
	case got.Withheld:
		word = "withheld"
	case l.Kind == relay.Test:
		word = "test"
	case answer == nil:
		word = "undecided"
	}
	r.Status = 200
	r.Set(Header, word)
	return nil
}

func reacts(r *platform.Reply) platform.Reaction {
	switch {
	case r == nil:
		return platform.Loses.Because("listmonk counts an error and never posts this recipient's message again")
	case r.Status != 200:
		return platform.Loses.Because("only 200 counts: listmonk counts an error and never posts this recipient's message again")
	case r.Get(Header) == "repeat":
		return platform.Sends.Because("the letter came before, and what became of it stands; listmonk counts it as sent")
	case r.Get(Header) == "withheld":
		return platform.HoldsBack.Because("winnow withholds the letter; listmonk counts it as sent")
	case r.Get(Header) == "undecided":
		return platform.AsksAgain.Because("winnow has the letter and asks its gate again; listmonk counts it as sent")
	}
	return platform.Sends.Because("winnow has the letter and delivers it; listmonk counts it as sent")
}
