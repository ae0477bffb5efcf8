package sources_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/rules/diag"
)

func options() sources.Options {
	return sources.Options{
		Platforms: platforms.All(),
		ReadFile: func(path string) ([]byte, error) {
			if path == "shop.secret" {
				return []byte("shop-secret-0001\n"), nil
			}
			return nil, fs.ErrNotExist
		},
		Getenv: func(name string) string { return map[string]string{"SHOP_OLD": "shop-secret-0000"}[name] },
	}
}

const good = `winnow_sources: 1
public_url: https://winnow.shop.example/
sources:
  - name: shop
    platform: generic
    scheme: static-header
    secrets: [file:shop.secret, env:SHOP_OLD]
    header: X-Shop-Key
    deadline: 300ms
    max_body: 1000
    on_trouble: hold
    on_trouble_of: {research: send}
    mapping:
      contact.id: customer.id
      contact.email: [customer.email, 'customer."e mail"']
      orders.history: customer.orders
    as: {orders.history: json}
    defaults: {message.class: marketing}
    set: {message.channel: email}
    settings: {answer: status}
  - name: events
    platform: cloudevents
    secrets: env:SHOP_OLD
    settings: {origins: [shop.example], rate: 60}
`

func TestAFileOfSources(t *testing.T) {
	r := sources.Load("sources.yaml", []byte(good), options())
	require.Empty(t, r.List)
	require.Len(t, r.Configs, 2)
	o := r.Configs[0].Options
	require.EqualValues(t, "static-header", o.Scheme.Info().ID)
	require.Equal(t, 300*time.Millisecond, o.Deadline)
	require.Equal(t, 1000, o.MaxBody)
	require.Equal(t, platform.Posture{Marketing: platform.HoldBack, Research: platform.SendDefault, Class: "marketing"}, o.Posture)
	require.Equal(t, platform.Settings{"answer": "status"}, o.Settings)
	require.Equal(t, []payload.Rule{
		{Field: "contact.id", From: []string{"customer.id"}},
		{Field: "contact.email", From: []string{"customer.email", `customer."e mail"`}},
		{Field: "orders.history", From: []string{"customer.orders"}, As: payload.AsJSON},
		{Field: "message.class", Default: []byte(`"marketing"`)},
		{Field: "message.channel", Value: []byte(`"email"`)},
	}, o.Mapping)
	require.Equal(t, platform.Settings{"origins": []string{"shop.example"}, "rate": 60.0}, r.Configs[1].Options.Settings)

	g, err := gate.New(gate.Options{Deadline: time.Minute})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), fstest.MapFS{"r.yaml": {Data: []byte("winnow: 1\nslots: {hero: {default: a, variants: {a: {}}}}\n")}}))
	list, err := sources.Open(r.Configs, g, nil)
	require.NoError(t, err)
	require.Equal(t, "https://winnow.shop.example/v1/in/shop", list[0].URL())
	for _, secret := range []string{"shop-secret-0001", "shop-secret-0000"} {
		c := &platform.Call{Method: "POST", Path: "/v1/in/shop", Body: []byte(`{"customer":{"id":7}}`)}
		c.Header = c.Header.With("X-Shop-Key", secret)
		var reply platform.Reply
		list[0].Serve(c, &reply)
		require.Equal(t, 200, reply.Status, string(reply.Body))
	}
}

// Every mistake is told, with its place and what to do.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, old, now, code, message, hint string }{
		{"unknown key", "deadline:", "dedline:", diag.UnknownKey, `unknown key "dedline"`, `did you mean "deadline"?`},
		{"version", "winnow_sources: 1", "winnow_sources: 2", diag.FormatVersion, "format 1", ""},
		{"platform", "platform: generic", "platform: generik", diag.UnknownPlatform, `no platform "generik"`, `did you mean "generic"?`},
		{"scheme", "scheme: static-header", "scheme: static-heder", diag.UnknownScheme, "no scheme", `did you mean "static-header"?`},
		{"not its scheme", "scheme: static-header", "scheme: hubspot-v3", diag.UnknownScheme, "generic does not sign with", ""},
		{"literal secret", "file:shop.secret", "s3cr3t-literal", diag.SecretLiteral, "a secret stands in the file", "file:PATH"},
		{"no file", "file:shop.secret", "file:nowhere", diag.SecretNotFound, "nowhere is not there", ""},
		{"no variable", "env:SHOP_OLD]", "env:SHOP_NEW]", diag.SecretNotFound, "no SHOP_NEW", ""},
		{"no secrets", "    secrets: env:SHOP_OLD\n", "", diag.MissingKey, "needs secrets", ""},
		{"secrets left empty", "    secrets: env:SHOP_OLD\n", "    secrets:\n", diag.MissingKey, "needs secrets", ""},
		{"list of no secrets", "secrets: env:SHOP_OLD", "secrets: []", diag.MissingKey, "needs secrets", ""},
		{"name", "name: shop", "name: Shop!", diag.BadName, "can't be the name", ""},
		{"twice", "name: events", "name: shop", diag.DuplicateID, "twice", ""},
		{"url", "https://winnow.shop.example/", "winnow.shop.example", diag.BadURL, "public_url", ""},
		{"deadline", "300ms", "soon", diag.BadDuration, "no span of time", "300ms"},
		{"class", "{research: send}", "{service: hold}", diag.UnknownKey, `"service"`, "marketing, research"},
		{"posture", "on_trouble: hold", "on_trouble: hodl", diag.NotAllowed, "on_trouble", `did you mean "hold"?`},
		{"path", "customer.id", "customer..id", diag.BadPath, "no path", ""},
		{"no path", "customer.id", "[]", diag.EmptyList, "contact.id names nothing", "leave the key out"},
		{"as nothing", "as: {orders.history", "as: {orders.count", diag.MissingKey, "nothing says where", "mapping"},
		{"below", "set: {message.channel: email}", "set: {message: email}", diag.BadPath, "message", ""},
		{"setting", "{answer: status}", "{anser: status}", diag.UnknownSetting, `no setting "anser"`, `did you mean "answer"?`},
		{"setting value", "{answer: status}", "{answer: 204}", diag.BadSetting, "answer", ""},
		{"setting kind", "rate: 60", "rate: fast", diag.BadSetting, "want a number", ""},
		{"max_body", "max_body: 1000", "max_body: -1", diag.BadNumber, "max_body", ""},
		{"doubled", "    header: X-Shop-Key\n", "    header: X\n    header: Y\n", diag.DuplicateKey, "here twice", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, good, c.old)
			src := strings.Replace(good, c.old, c.now, 1)
			r := sources.Load("sources.yaml", []byte(src), options())
			require.True(t, r.List.HasErrors())
			require.Nil(t, r.Configs)
			d := r.List[0]
			for _, x := range r.List {
				if x.Code == c.code {
					d = x
				}
			}
			require.Equal(t, c.code, d.Code, "%+v", r.List)
			require.Contains(t, d.Message, c.message)
			require.Contains(t, d.Hint, c.hint)
			require.Positive(t, d.Line)
			require.Positive(t, d.Column)
			var out bytes.Buffer
			require.NoError(t, diag.WriteText(&out, r.List, func(string) ([]byte, bool) { return r.Shown, true }, false))
			require.NotContains(t, out.String(), "s3cr3t-literal")
			require.Contains(t, out.String(), "^")
		})
	}
}

// How old a call may be is the platform's unless the owner says: Mailgun repeats
// one for hours with the signature that it had first.
func TestTolerance(t *testing.T) {
	const file = `winnow_sources: 1
sources:
  - {name: mails, platform: mailgun-events, secrets: "file:shop.secret"}
  - {name: strict, platform: mailgun-events, secrets: "file:shop.secret", tolerance: 5m}
  - {name: orders, platform: customerio-events, secrets: "file:shop.secret"}
`
	r := sources.Load("sources.yaml", []byte(file), options())
	require.Empty(t, r.List)
	after := func(source int, age time.Duration) error {
		scheme := r.Configs[source].Options.Scheme
		call, err := scheme.Sign(verify.Request{Method: "POST", Body: []byte(`{"event-data":{}}`), Received: time.Unix(1760000000, 0)})
		require.NoError(t, err)
		call.Received = call.Received.Add(age)
		return scheme.Verify(call)
	}
	require.NoError(t, after(0, 8*time.Hour), "Mailgun's last try")
	require.ErrorIs(t, after(0, 10*time.Hour), verify.Stale)
	require.ErrorIs(t, after(1, 6*time.Minute), verify.Stale)
	require.ErrorIs(t, after(2, 6*time.Minute), verify.Stale)
}

// A platform without settings says so, and where its values are told instead.
func TestPlatformWithoutSettings(t *testing.T) {
	o := options()
	i := slices.IndexFunc(o.Platforms, func(p platform.Platform) bool { return len(p.Settings) == 0 })
	src := "winnow_sources: 1\nsources:\n  - {name: a, platform: " + o.Platforms[i].Name + ", scheme: none, settings: {rate: 60}}\n"
	r := sources.Load("sources.yaml", []byte(src), o)
	at := slices.IndexFunc(r.List, func(d diag.Diagnostic) bool { return d.Code == diag.UnknownSetting })
	require.GreaterOrEqual(t, at, 0, "%v", r.List)
	require.Contains(t, r.List[at].Hint, o.Platforms[i].Name+" has no settings")
}

func TestFieldsOfTheBundle(t *testing.T) {
	o := options()
	o.Fields = []string{"contact.id", "contact.email", "message.class", "message.channel"}
	r := sources.Load("s.yaml", []byte(good), o)
	require.Len(t, r.List, 1)
	require.Contains(t, r.List[0].Message, "orders.history")
	r = sources.Load("s.yaml", []byte(strings.Replace(good, "contact.id", "contact.di", 1)), o)
	require.Contains(t, r.List[0].Hint, "contact.id")
}

// Without secrets at hand a file can still be checked.
func TestWithoutSecrets(t *testing.T) {
	r := sources.Load("s.yaml", []byte(good), sources.Options{Platforms: platforms.All()})
	require.Empty(t, r.List)
	require.Nil(t, r.Configs[0].Options.Scheme)
}

// A key that is not filled in yet is what a recipe leaves behind: whichever it is,
// the file is checked to its end, and what of it passes can be opened.
func TestAKeyThatIsNotFilledIn(t *testing.T) {
	tried := 0
	for _, file := range []string{good, withRelay} {
		lines := strings.SplitAfter(file, "\n")
		for i, line := range lines {
			key, _, ok := strings.Cut(line, ": ")
			if !ok {
				continue
			}
			for _, nothing := range []string{"", " []", " {}", ` ""`, " null", " [null]"} {
				src := strings.Join(slices.Concat(lines[:i], []string{key + ":" + nothing + "\n"}, lines[i+1:]), "")
				require.NotPanics(t, func() {
					if r := sources.Load("s.yaml", []byte(src), relayOptions()); len(r.Configs) > 0 && file == good {
						_, err := sources.Open(r.Configs, nobody{}, nil)
						require.NoError(t, err, src)
					}
				}, src)
				tried++
			}
		}
	}
	require.Greater(t, tried, 150)
	for _, p := range platforms.All() {
		src := "winnow_sources: 1\nsources:\n  - name: x\n    platform: " + p.Name + "\n    secrets:\n"
		r := sources.Load("s.yaml", []byte(src), options())
		require.True(t, r.List.HasErrors(), p.Name)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add("sources:\n  - platform: events\n    secrets:")
	f.Add("winnow_sources: 1\nsources: [{}]\n")
	f.Fuzz(func(t *testing.T, src string) {
		r := sources.Load("s.yaml", []byte(src), options())
		if len(r.Configs) > 0 {
			_, err := sources.Open(r.Configs, nobody{}, nil)
			require.NoError(t, err, "the checker let through what can't be opened")
		}
	})
}

type nobody struct{}

func (nobody) Decide(dst []byte, _ gate.Request) ([]byte, error) { return dst, errors.New("no") }

func (nobody) Batch(gate.Request, [][]byte, func(int, []byte, error)) error { return errors.New("no") }

// A field that nobody knows is told with the nearest one, or with where fields
// come from.
func TestFieldsThatTheBundleDoesNotHave(t *testing.T) {
	for field, hint := range map[string]string{
		"contact.emial":     `did you mean "contact.email"?`,
		"quite.another_one": "declare it in the bundle under fields, or see winnow fields",
	} {
		o := options()
		o.Fields = []string{"contact.id", "contact.email", "orders.history", "message.class", "message.channel"}
		r := sources.Load("sources.yaml", []byte(strings.Replace(good, "contact.email:", field+":", 1)), o)
		require.Len(t, r.List, 1, "%+v", r.List)
		require.Equal(t, diag.UnknownField, r.List[0].Code)
		require.Equal(t, hint, r.List[0].Hint)
	}
}
