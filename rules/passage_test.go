package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

const pipeline = `
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
  - id: company-known
    stages: [mql, sql]
    fields: [contact.company_size, contact.industry]
    when: contact.market == "b2b"
    reason: Sales needs to know whom it talks to
  - id: role-known
    stages: sql
    require: known(crm.buying_role) and crm.meetings_90d >= 1
  - id: size
    stages: [customer]
    require: contact.company_size >= 10
  - id: lenient
    stages: [Sales Review]
    require: contact.company_size >= 10
    on_unknown: open
`

func pass(t testing.TB, b *rules.Bundle, stage, body string) *rules.Passage {
	t.Helper()
	in, err := b.Input([]byte(body), noon)
	require.NoError(t, err)
	defer in.Release()
	p, ok := b.Pass(in, stage)
	require.True(t, ok, stage)
	require.Equal(t, b.Digest(), p.Bundle)
	return p
}

func TestPass(t *testing.T) {
	b := bundle(t, pipeline)
	require.Equal(t, []string{"mql", "sql", "customer", "Sales Review"}, b.Stages())

	p := pass(t, b, "SQL", `{"contact":{"id":"c","market":"b2b","industry":"food"}}`)
	require.Equal(t, "sql", p.Stage)
	require.False(t, p.Allowed)
	require.Equal(t, []string{"contact.company_size", "crm.buying_role", "crm.meetings_90d"}, p.Missing)
	require.Equal(t, []rules.StageGate{
		{ID: "company-known", Code: rules.FieldMissing, Missing: []string{"contact.company_size"}, Reason: "Sales needs to know whom it talks to"},
		{ID: "role-known", Code: rules.GateClosed, Missing: []string{"crm.buying_role", "crm.meetings_90d"}},
	}, p.Gates)

	p = pass(t, b, "sql", `{"contact":{"id":"c","market":"b2b","industry":"food","company_size":3},"crm":{"buying_role":"user","meetings_90d":0}}`)
	require.False(t, p.Allowed)
	require.Empty(t, p.Missing, "all is known, and it is not enough")
	require.True(t, p.Gates[0].Open)
	require.Equal(t, rules.GateClosed, p.Gates[1].Code)

	p = pass(t, b, "sql", `{"contact":{"id":"c","market":"b2c"},"crm":{"buying_role":"user","meetings_90d":2}}`)
	require.True(t, p.Allowed)
	require.Len(t, p.Gates, 1, "the other gate is for companies")

	p = pass(t, b, "customer", `{"contact":{"id":"c"}}`)
	require.False(t, p.Allowed, "unknown stays closed")
	require.Equal(t, []string{"contact.company_size"}, p.Missing)
	require.Equal(t, rules.GateUnknown, p.Gates[0].Code)

	p = pass(t, b, "sales review", `{"contact":{"id":"c"}}`)
	require.True(t, p.Allowed)
	require.Empty(t, p.Missing, "nothing is missing from what may pass")
	require.Equal(t, rules.GateUnknownOpen, p.Gates[0].Code)

	in, err := b.Input([]byte(`{"contact":{"id":"c"}}`), noon)
	require.NoError(t, err)
	defer in.Release()
	_, ok := b.Pass(in, "sq1")
	require.False(t, ok, "a stage that nothing guards is a mistake, not a way through")
}

// Gates of stages have no say in what is sent.
func TestStagesDoNotHoldMessages(t *testing.T) {
	d := decide(t, bundle(t, pipeline), `{"contact":{"id":"c","market":"b2b"},"consent":{"marketing":true},"message":{"class":"marketing"}}`)
	require.True(t, d.Send)
	require.Empty(t, codes(d))
}

func TestMistakesOfStages(t *testing.T) {
	long := strings.Repeat("x", 65)
	for gate, code := range map[string]string{
		"{id: g, stages: [sql], fields: [contact.city], classes: [marketing]}": diag.NotAllowed,
		"{id: g, stages: [sql], fields: [contact.city], otherwise: ask}":       diag.NotAllowed,
		"{id: g, stages: [" + long + "], fields: [contact.city]}":              diag.BadName,
		"{id: g, stages: [sql]}":                          diag.GateNeedsOne,
		"{id: g, stages: [sql], fields: [contact.citty]}": diag.UnknownField,
	} {
		b, list := mistakes(t, map[string]string{"r.yaml": head + "gates:\n  - " + gate + "\n"})
		require.Nil(t, b, gate)
		require.Equal(t, code, list[0].Code, "%s: %v", gate, list)
	}
}
