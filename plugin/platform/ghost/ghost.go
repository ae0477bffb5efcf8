// Package ghost is winnow in Mailgun's place: whoever sends through Mailgun's
// API, as Ghost does with newsletters, is pointed at winnow instead. A batch of up
// to 1,000 recipients is decided at once; who is not to be sent to is dropped, the
// chosen variants are added to each recipient's variables, and the rest is handed
// to the real Mailgun, whose answer goes back as it is.
//
// It reads a message's form into parts and writes a new form of them, with a
// boundary of its own. So Mailgun sees the parts that were decided on and no
// others, however the form was built.
//
// Ghost posts a batch again, after 10, 20, 40 … seconds, whenever it misses a good
// answer. What Mailgun has taken is therefore remembered by message and recipient
// (package handed): a repeat gets the recorded answer, and nobody is sent to twice.
// If nobody knows whether Mailgun took a batch, it is not sent again until a person
// has decided.
//
// The addresses that Ghost reads besides (events, and the lists of bounces,
// complaints and unsubscribes) are passed through. It keeps only the origin of the
// URL it is given, so a source answers at /v3/DOMAIN/… too.
//
// Sources: documentation.mailgun.com; Ghost's MailgunClient.js; Ghost's posts as
// recorded. Mailgun itself was not reachable from here.
package ghost

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Name is what configuration calls it.
const Name = "ghost"

// Book remembers what was handed over: a *handed.Book does.
type Book interface {
	Begin(ctx context.Context, source, message string, people []string) (*handed.Handover, error)
}

// Options are what sources need besides their configuration. Without a Book a
// platform describes itself and makes no adapter.
type Options struct {
	Book Book
	// Transport carries requests to Mailgun; nil makes one for each source. It
	// must not follow redirects.
	Transport http.RoundTripper
	// Random makes boundaries; nil means crypto/rand.
	Random func() string
}

// Ghost waits 60 s. A batch must be answered before that, or it comes again.
const (
	patience       = 60 * time.Second
	defaultTimeout = 45 * time.Second
	// maxMessage is what Mailgun takes, 25 MB, with room for a form's own text.
	maxMessage = 26 << 20
)

// Platform is what package platforms registers.
func Platform(o Options) platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: Name, Title: "Ghost and others that send through Mailgun",
			Doc: "winnow stands in Mailgun's place: it takes a batch of up to 1,000 recipients, drops those who are not to be sent to, " +
				"adds the chosen variants to each recipient's variables and hands the rest to Mailgun.",
			Schemes:  []verify.ID{verify.Basic},
			Patience: patience, AsksAgain: true, MaxBody: maxMessage,
			Key:      "the message's id (v:email-id for Ghost, or Idempotency-Key) with the recipients; each recipient is handed to Mailgun once for each id",
			Mapping:  mapping(),
			Settings: settings(),
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			if o.Book == nil {
				return nil, errors.New("ghost needs a book of what was sent: winnow serve has one")
			}
			return newAdapter(s, o)
		},
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

func settings() []platform.Setting {
	return []platform.Setting{
		{Name: "domain", Kind: platform.KindText, Doc: "the sending domain at Mailgun, as in mg.shop.example: messages of no other are taken"},
		{Name: "url", Kind: platform.KindText, Default: "https://api.mailgun.net", Doc: "where Mailgun is; https://api.eu.mailgun.net for domains in the EU"},
		{
			Name: "api_key", Kind: platform.KindSecret,
			Doc: "where Mailgun's API key is: file:PATH or env:NAME; without it the caller's own credentials are passed on",
		},
		{Name: "message_id", Kind: platform.KindText, Default: "email-id", Doc: "the v: variable that is the same for all batches of a message, and for their repeats"},
		{Name: "otherwise", Kind: platform.KindTexts, Doc: "values of variables when a decision has none, as in [hero_headline=Welcome back]; nothing when left out"},
		{Name: "timeout", Kind: platform.KindDuration, Default: defaultTimeout, Doc: "how long Mailgun may take to answer; Ghost waits 60s"},
	}
}

// mapping is where fields come from unless the owner says otherwise.
func mapping() []payload.Rule {
	variables := func(field string, names ...string) payload.Rule {
		r := payload.Rule{Field: field}
		for _, n := range names {
			r.From = append(r.From, "variables."+n)
		}
		return r
	}
	id := variables("contact.id", "uuid", "id")
	id.From = append(id.From, "recipient.email")
	name := variables("contact.name.full", "name")
	name.From = append(name.From, "recipient.name")
	return []payload.Rule{
		id, name,
		{Field: "contact.email", From: []string{"recipient.email"}},
		variables("contact.country", "country"),
		variables("contact.language", "language"),
		variables("contact.locale", "locale"),
		variables("contact.tags", "tags"),
		variables("consent.marketing", "consent"),
		variables("orders.count", "order_count", "orders_count"),
		{Field: "message.class", From: []string{`message.variables."winnow-class"`}, Default: []byte(`"marketing"`)},
		{Field: "message.campaign", From: []string{"message.variables.campaign", `message.variables."email-id"`}},
		{Field: "message.channel", Value: []byte(`"email"`)},
		{Field: "message.tags", From: []string{"message.tags"}},
	}
}

type adapter struct {
	setup     platform.Setup
	opts      Options
	base      string // of Mailgun
	domain    string
	apiKey    string // "" for the caller's own
	messageID string
	otherwise map[string]string
	timeout   time.Duration
}

var domainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

func newAdapter(s platform.Setup, o Options) (*adapter, error) {
	a := &adapter{
		setup: s, opts: o, base: strings.TrimSuffix(s.Settings.Text("url"), "/"), domain: strings.ToLower(s.Settings.Text("domain")),
		apiKey: s.Settings.Text("api_key"), messageID: s.Settings.Text("message_id"), timeout: s.Settings.Duration("timeout"),
		otherwise: map[string]string{},
	}
	switch {
	case a.domain == "":
		return nil, errors.New("setting domain is missing: the sending domain at Mailgun, as in mg.shop.example")
	case !domainName.MatchString(a.domain):
		return nil, errors.New("setting domain is no domain: write it as in mg.shop.example")
	case a.timeout <= 0 || a.timeout >= patience:
		return nil, fmt.Errorf("setting timeout must be above 0 and below the %v that Ghost waits", patience)
	}
	if err := checkBase(a.base); err != nil {
		return nil, err
	}
	for _, text := range s.Settings.Texts("otherwise") {
		name, value, ok := strings.Cut(text, "=")
		if name = variablePrefix + strings.TrimPrefix(strings.TrimSpace(name), variablePrefix); !ok || !variableName.MatchString(name) {
			return nil, fmt.Errorf("setting otherwise: %q is not like hero_headline=Welcome back", text)
		}
		a.otherwise[name] = value
	}
	if a.opts.Transport == nil {
		a.opts.Transport = newTransport()
	}
	if a.opts.Random == nil {
		a.opts.Random = randomBoundary
	}
	return a, nil
}

// checkBase wants an address that messages and keys may be sent to: over TLS,
// unless it is this machine.
func checkBase(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" {
		return errors.New("setting url is not the address of a server, as in https://api.mailgun.net")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("setting url: messages and keys would go in the clear; use https")
	}
	return nil
}

// Roots implements platform.Rooted: Ghost keeps only the origin of the address
// it is given.
func (a *adapter) Roots() []string { return []string{"/v3/" + a.domain + "/"} }

func reacts(r *platform.Reply) platform.Reaction {
	switch {
	case r == nil:
		return platform.AsksAgain.Because("Ghost waits 60 s and posts the batch again after 10, 20, 40 … seconds, six times; other clients may give up")
	case r.Status/100 == 2 && r.Get(heldHeader) != "" && r.Get(sentHeader) == "0":
		return platform.HoldsBack.Because("nobody of the batch is handed to Mailgun; Ghost takes it for submitted")
	case r.Status/100 == 2:
		return platform.Sends.Because("the batch is handed to Mailgun, without those who are held back; Ghost takes it for submitted")
	}
	return platform.AsksAgain.Because("Ghost posts the batch again after 10, 20, 40 … seconds, six times, and then says that it failed")
}
