package rules_test

import (
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
