package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

// Every part is shown as its author wrote it, whichever key it stands under.
func TestExplainShowsWhatWasWritten(t *testing.T) {
	b := bundle(t, `
personas:
  - id: n
    kind: negative
    name: N
    reason: We pause for a while
    messages: message.channel == "email"
    when: (orders.count ?? 0) >= 4 and not (contact.country in ["PL", "DE"])
    release_when: days_since(orders.last_at) > (30 + 1)
    unless: any(contact.tags, (# == "vip"))
    action: suppress
    holdout: 0%
`)
	in, err := b.Input([]byte(`{"contact":{"id":"c","country":"US","tags":[]},"message":{"class":"marketing","channel":"email"},"orders":{"count":5}}`), noon)
	require.NoError(t, err)
	e := b.Explain(in)
	require.Equal(t, "We pause for a while", e.Rules[0].Reason)
	var leaves []string
	var visit func(c rules.Clause)
	visit = func(c rules.Clause) {
		if c.Op == "" {
			leaves = append(leaves, c.Text)
		}
		for _, k := range c.Parts {
			visit(k)
		}
	}
	for _, c := range e.Rules[0].Conditions {
		visit(c.Clause)
	}
	require.Equal(t, []string{
		`message.channel == "email"`, `(orders.count ?? 0) >= 4`, `contact.country in ["PL", "DE"]`,
		"held since an earlier decision", `days_since(orders.last_at) > (30 + 1)`, `any(contact.tags, (# == "vip"))`,
	}, leaves)
}

// noSends is the state of a contact to whom nothing was sent.
type noSends struct{}

func (noSends) Sent(int64, string) (int64, bool) { return 0, true }
func (noSends) Held(string) bool                 { return false }

// What sent() counts is no field; where nobody knows it, that is what is missing.
func TestExplainNamesEarlierSendsThatNobodyKnows(t *testing.T) {
	b := bundle(t, `
signals:
  tired: sent(7) > 3
gates:
  - {id: rest, require: sent(3) < 2}
personas:
  - {id: n, kind: negative, name: N, action: suppress, when: signal.tired and orders.count > 1}
  - {id: m, kind: negative, name: M, action: suppress, when: persona("n")}
slots:
  hero: {default: a, variants: {a: {}, b: {}}, rules: [{when: sent(7) > 3, use: b}]}
`)
	in, err := b.Input([]byte(`{"contact":{"id":"c"},"message":{"class":"marketing"}}`), noon)
	require.NoError(t, err)
	e := b.Explain(in)
	var missing [][]string
	for _, r := range e.Rules {
		missing = append(missing, r.Missing)
	}
	require.Equal(t, [][]string{{rules.Sends}, {"orders.count", rules.Sends}, {"orders.count", rules.Sends}, {rules.Sends}}, missing)
	var out strings.Builder
	require.NoError(t, e.WriteText(&out, rules.Look{}))
	require.Contains(t, out.String(), "sent(3) < 2  unknown  [earlier sends are not known]\n")
	require.Contains(t, out.String(), "stays closed\n                     missing: earlier sends\n")

	in, err = b.Input([]byte(`{"contact":{"id":"c"},"message":{"class":"marketing"}}`), noon)
	require.NoError(t, err)
	in.State = noSends{}
	e = b.Explain(in)
	require.Empty(t, e.Rules[0].Missing, "there were none")
	require.Empty(t, e.Rules[3].Missing)
}

// A gate over fields that are missing is unknown, like any rule over them: what that
// means depends on the message.
func TestExplainShowsAGateThatCanNotBeAnswered(t *testing.T) {
	b := bundle(t, "gates: [{id: crm, fields: [contact.city, contact.email]}]\n")
	for class, sent := range map[string]bool{"service": true, "marketing": false} {
		in, err := b.Input([]byte(`{"contact":{"id":"c","email":"c@shop.example"},"message":{"class":"`+class+`"}}`), noon)
		require.NoError(t, err)
		e := b.Explain(in)
		require.Equal(t, sent, e.Decision.Send, class)
		require.Equal(t, "unknown", e.Rules[0].Value, class)
		require.Equal(t, []string{"contact.city"}, e.Rules[0].Missing, class)
	}
}
