package rules_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// bundle compiles rule text that must be right.
func bundle(t testing.TB, yaml string) *rules.Bundle {
	t.Helper()
	b, list := rules.Compile(fstest.MapFS{"rules.yaml": {Data: []byte("winnow: 1\n" + yaml)}}, rules.Options{})
	for _, d := range list {
		if d.Severity == 0 {
			t.Errorf("%+v", d)
		}
	}
	require.NotNil(t, b)
	return b
}

func decide(t testing.TB, b *rules.Bundle, body string) *rules.Decision {
	t.Helper()
	in, err := b.Input([]byte(body), noon)
	require.NoError(t, err)
	defer in.Release()
	return b.Decide(in).Clone()
}

func codes(d *rules.Decision) []string {
	var out []string
	for _, r := range d.Reasons {
		s := string(r.Code)
		if r.Rule != "" {
			s += " " + r.Rule
		}
		out = append(out, s)
	}
	return out
}

const shop = `
signals:
  engaged: engagement.clicks_90d >= 3 or web.sessions_30d >= 2
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
personas:
  - id: champion
    kind: positive
    name: Champion
    when: rfm.r >= 4 and rfm.f >= 4
  - id: serial-returner
    kind: negative
    name: Sends back most of what they buy
    when: |
      orders.count >= 5 and orders.returns_count / orders.count >= 0.6
    unless: persona("champion")
    action: suppress
    review_by: 2027-01-12
slots:
  hero:
    default: generic
    variants: {vip: {}, win-back: {headline: "We kept your size"}, generic: {}}
    rules:
      - {when: persona("champion"), use: vip}
      - when: signal.engaged
        split: {by: contact.id, salt: x, weights: {win-back: 50, generic: 50}}
`

func TestExplain(t *testing.T) {
	b := bundle(t, shop)
	in, err := b.Input([]byte(`{"contact":{"id":"c1"},"message":{"class":"marketing"},"consent":{"marketing":true},"orders":{"count":6,"returns_count":5},"rfm":{"r":2,"f":1}}`), noon)
	require.NoError(t, err)
	e := b.Explain(in)
	require.False(t, e.Decision.Send)
	require.Equal(t, rules.Suppress, e.Decision.Action)
	require.NotNil(t, e.Change)
	require.Equal(t, &rules.Change{Field: "orders.count", From: "6", To: "4", Send: true}, e.Change)
	var text strings.Builder
	require.NoError(t, e.WriteText(&text, rules.Look{}))
	t.Log(text.String())
}
