package receiver_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules"
)

const pipeline = `winnow: 1
gates:
  - {id: consent, require: consent.marketing, classes: [marketing]}
  - id: company-known
    stages: [mql, sql]
    fields: [contact.company_size, contact.industry]
    reason: Sales needs to know whom it talks to
  - id: met
    stages: sql
    require: crm.meetings_90d >= 1
`

func TestGate(t *testing.T) {
	x := start(t, setup{rules: pipeline})
	ask := func(body string) (p rules.Passage) {
		r := x.do("POST", "/v1/gate", body)
		require.Equal(t, 200, r.status, string(r.body))
		require.NoError(t, json.Unmarshal(r.body, &p))
		return p
	}
	p := ask(`{"stage":"SQL","contact":{"id":"c1","industry":"food"}}`)
	require.False(t, p.Allowed)
	require.Equal(t, "sql", p.Stage)
	require.Equal(t, []string{"contact.company_size", "crm.meetings_90d"}, p.Missing)
	require.Len(t, p.Gates, 2)
	require.Equal(t, x.gate.Status().Digest, p.Bundle)
	p = ask(`{"stage":"mql","contact":{"email":"a@shop.example","industry":"food","company_size":4}}`)
	require.True(t, p.Allowed)
	require.Empty(t, p.Missing)
	require.Len(t, p.Gates, 1)

	r := x.do("GET", "/v1/contacts/c1/decisions", "")
	require.JSONEq(t, `{"decisions":[],"next":null}`, string(r.body), "a passage is no decision")
}

// Errors name the place and what there is, and nothing that was sent.
func TestGateMistakes(t *testing.T) {
	x := start(t, setup{rules: pipeline})
	for body, want := range map[string][2]string{
		`{"stage":"anna@shop.example","contact":{"id":"c1"}}`:        {"stage", "gates guard mql, sql"},
		`{"contact":{"id":"anna@shop.example"}}`:                     {"stage", "the stage is missing"},
		`{"stage":null,"contact":{"id":"anna@shop.example"}}`:        {"stage", "the stage is missing"},
		`{"stage":{"to":"anna@shop.example"},"contact":{"id":"c1"}}`: {"stage", "the stage must be text"},
		`{"stage":"sql"}`: {"contact", "the contact is missing"},
		`{"stage":"sql","contact":"anna@shop.example"}`:                  {"contact", ""},
		`{"stage":"sql","contact":{"id":"c1"},"note":"anna@shop.example`: {"", ""},
		``: {"", "the body is empty"},
	} {
		r := x.do("POST", "/v1/gate", body)
		require.Equal(t, 400, r.status, body)
		p := r.problem(t)
		require.Equal(t, want[0], p.Field, body)
		require.Contains(t, p.Detail, want[1], body)
		require.NotContains(t, string(r.body), "anna@", body)
	}
	r := start(t, setup{}).do("POST", "/v1/gate", `{"stage":"sql","contact":{"id":"c1"}}`)
	require.Equal(t, 400, r.status)
	require.Contains(t, r.problem(t).Detail, "no gate with stages")
	r = start(t, setup{rules: "-"}).do("POST", "/v1/gate", `{"stage":"sql","contact":{"id":"c1"}}`)
	require.Equal(t, 503, r.status)
}

func TestGateNeedsTheScope(t *testing.T) {
	keys, tokens := withKeys(t, map[string]string{"crm": "decide", "eye": "read"})
	x := start(t, setup{rules: pipeline, options: receiver.Options{Keys: keys}})
	const body = `{"stage":"sql","contact":{"id":"c1"}}`
	require.Equal(t, 401, x.do("POST", "/v1/gate", body).status)
	require.Equal(t, 403, x.do("POST", "/v1/gate", body, "X-API-Key", tokens["eye"]).status)
	require.Equal(t, 200, x.do("POST", "/v1/gate", body, "X-API-Key", tokens["crm"]).status)
}
