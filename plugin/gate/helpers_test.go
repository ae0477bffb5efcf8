package gate_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

// shop is a bundle with a gate, a negative persona and a slot.
const shop = `winnow: 1
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    why: not_for_them
    our_limit: our size chart does not fit everyone
    owner: anna@shop.example
    review_by: 2099-01-12
    evidence:
      - {team: service, kind: interview, count: 9, date: 2026-10-02, note: sizes run small}
    when: orders.count >= 5
    action: suppress
slots:
  hero:
    default: generic
    variants: {vip: {headline: "For you"}, generic: {}}
    rules:
      - {when: contact.country == "PL", use: vip}
`

// capped is a bundle that sends one message in 30 days.
const capped = `winnow: 1
personas:
  - id: everybody
    kind: negative
    name: Everybody
    why: wont_be_satisfied
    our_limit: nobody wants more
    owner: anna@shop.example
    review_by: 2099-01-12
    evidence:
      - {team: service, kind: interview, count: 9, date: 2026-10-02, note: too much mail}
    when: not known(contact.city)
    action: {cap: 1 per 30d}
slots:
  hero: {default: generic, variants: {generic: {}}}
`

func files(rules string) fstest.MapFS {
	return fstest.MapFS{"rules.yaml": {Data: []byte(rules)}}
}

func hashKeys() []gate.HashKey {
	return []gate.HashKey{{Version: 1, Secret: []byte("0123456789abcdef0123456789abcdef")}}
}

func openLog(t testing.TB, path string) *store.SQLite {
	t.Helper()
	log, err := store.Open(path, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close(context.Background())) })
	return log
}

// newGate is a gate on a bundle, with a log in a file unless the options have one,
// and with a deadline that no slow machine misses unless they have one.
func newGate(t testing.TB, rules string, o gate.Options) *gate.Gate {
	t.Helper()
	if o.Store == nil {
		o.Store = gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))
	}
	if o.Keys == nil {
		o.Keys = hashKeys()
	}
	if o.Deadline == 0 {
		o.Deadline = time.Minute
	}
	g, err := gate.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	require.NoError(t, g.Reload(context.Background(), files(rules)))
	return g
}

// answer is a decision as a client reads it.
type answer struct {
	ID       string            `json:"decision_id"`
	Send     bool              `json:"send"`
	Action   string            `json:"action"`
	Variants map[string]string `json:"variants"`
	Personas []string          `json:"personas"`
	Reasons  []struct {
		Code string `json:"code"`
		Rule string `json:"rule"`
	} `json:"reasons"`
	Degraded bool   `json:"degraded"`
	Bundle   string `json:"bundle"`
}

func (a *answer) codes() (list []string) {
	for _, r := range a.Reasons {
		list = append(list, r.Code)
	}
	return list
}

func parse(t testing.TB, b []byte) *answer {
	t.Helper()
	var a answer
	require.NoError(t, json.Unmarshal(b, &a), string(b))
	return &a
}

func decide(t testing.TB, g *gate.Gate, body string) *answer {
	t.Helper()
	b, err := g.Decide(nil, gate.Request{Body: []byte(body)})
	require.NoError(t, err)
	return parse(t, b)
}
