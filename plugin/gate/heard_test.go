package gate_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
	"github.com/winnow-gate/winnow/rules"
)

func openEvents(t testing.TB) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(filepath.Join(t.TempDir(), "events"), ledger.Options{Names: gate.Names(hashKeys())})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

const adaBody = `{"contact":{"id":"c1","email":" Ada@Example.test","country":"PL"},"consent":{"marketing":true}`

// What events tell fills in what the call does not bring; what it brings wins,
// null too. The record says where a value came from.
func TestEventsFillInWhatTheCallDoesNotBring(t *testing.T) {
	events := openEvents(t)
	g := newGate(t, shop, gate.Options{Events: events})
	ctx := context.Background()
	for i := range 5 {
		require.NoError(t, events.Put(ctx, ledger.Event{Source: "shop", ID: string(rune('a' + i)), Kind: ledger.Order, Email: "ada@example.test", Complete: true}))
	}
	require.Equal(t, "suppress", decide(t, g, adaBody+`}`).Action)
	require.Equal(t, "send", decide(t, g, adaBody+`,"orders":{"count":1}}`).Action)
	require.Equal(t, "send", decide(t, g, adaBody+`,"orders":{"count":null}}`).Action)
	list, err := g.History(ctx, gate.ByID, "c1", 0, 10)
	require.NoError(t, err)
	require.Contains(t, string(list[2].Facts), `"orders":{"count":5}`)
	require.Contains(t, string(list[2].Facts), `"^":["orders.count"]`)
	require.NotContains(t, string(list[1].Facts), `"^"`)
	why, err := g.Explain([]byte(adaBody + `}`))
	require.NoError(t, err)
	require.True(t, seen(why, "orders.count").Heard)
	require.Equal(t, "5", seen(why, "orders.count").Value)

	n, err := g.Erase(ctx, gate.ByEmail, "ada@example.test")
	require.NoError(t, err)
	require.Zero(t, n, "the log has them under their id")
	require.Equal(t, "send", decide(t, g, adaBody+`}`).Action)
}

func seen(e *rules.Explanation, path string) *rules.Seen {
	for _, r := range e.Rules {
		for _, c := range r.Conditions {
			for i := range c.Fields {
				if c.Fields[i].Path == path {
					return &c.Fields[i]
				}
			}
		}
	}
	return &rules.Seen{}
}

// Whoever objected at an address is found by every spelling of it: platforms
// write international domains in two ways, and some add names.
func TestTheLegalListKnowsEverySpelling(t *testing.T) {
	events := openEvents(t)
	g := newGate(t, shop, gate.Options{Events: events})
	require.NoError(t, events.Put(context.Background(),
		ledger.Event{Source: "esp", ID: "1", Kind: ledger.Unsubscribe, Email: "anna@xn--mller-kva.example"},
		ledger.Event{Source: "esp", ID: "2", Kind: ledger.Complaint, Email: "José <JOSÉ@Example.Test>"}))
	for email, barred := range map[string]bool{
		"anna@müller.example":               true,
		"Anna@MÜLLER.example":               true,
		"anna@mu\u0308ller.example":         true,
		"anna@XN--MLLER-KVA.example.":       true,
		"mailto:anna@müller.example":        true,
		"Anna Müller <anna@müller.example>": true,
		"anna@müller。example":               true,
		"jose\u0301@example.test":           true,
		"<josé@example.test>":               true,
		"anna@muller.example":               false,
		"jose@example.test":                 false,
		"anna":                              false,
	} {
		body, err := json.Marshal(map[string]any{"contact": map[string]any{"id": "c", "email": email}, "consent": map[string]any{"marketing": true}})
		require.NoError(t, err)
		require.Equal(t, !barred, decide(t, g, string(body)).Send, email)
	}
}

// Nothing sends marketing to who is on the legal list: no missing persona, no
// trouble, no posture. What they need is sent, and a replay comes to the same.
func TestNothingSendsToWhoIsOnTheLegalList(t *testing.T) {
	events := openEvents(t)
	ctx := context.Background()
	require.NoError(t, events.Put(ctx,
		ledger.Event{Source: "esp", ID: "1", Kind: ledger.Unsubscribe, Email: "ada@example.test", Channel: "email"},
		ledger.Event{Source: "shop", ID: "2", Kind: ledger.Sent, Email: "ada@example.test", ContactID: "c1"}))
	log := openLog(t, filepath.Join(t.TempDir(), "w.db"))
	g := newGate(t, shop, gate.Options{Events: events, Store: gate.SQLite(log)})
	for body, sent := range map[string]bool{
		adaBody + `}`: false,
		adaBody + `,"message":{"channel":"email"}}`:                                            false,
		adaBody + `,"message":{"channel":"sms"}}`:                                              true,
		adaBody + `,"message":{"class":"transactional"}}`:                                      true,
		adaBody + `,"message":{"class":"legal"}}`:                                              true,
		adaBody + `,"message":{"class":"research"}}`:                                           false,
		`{"contact":{"id":"c1"},"consent":{"marketing":true}}`:                                 false,
		`{"contact":{"id":"c2"},"consent":{"marketing":true}}`:                                 true,
		`{"contact":{"id":"c2","email":"ADA@example.test "},"consent":{"marketing":true}}`:     false,
		`{"contact":{"id":"c1","email":"bob@example.test"},"consent":{"marketing":true}}`:      false,
		`{"!":"","contact":{"email":"ada@example.test"},"consent":{"marketing":true},"a":[1]}`: false,
	} {
		a := decide(t, g, body)
		require.Equal(t, sent, a.Send, body)
		if !sent {
			require.Contains(t, a.codes(), "legal_suppressed", body)
			require.Equal(t, "gate", a.Action)
		}
		require.NoError(t, g.Batch(gate.Request{}, [][]byte{[]byte(body)}, func(_ int, answer []byte, err error) {
			require.NoError(t, err)
			require.Equal(t, sent, parse(t, answer).Send, "in a batch: %s", body)
		}))
		out, err := g.Decide(nil, gate.Request{Values: &written{body: body, fills: true}})
		require.NoError(t, err)
		require.Equal(t, sent, parse(t, out).Send, "as values: %s", body)
		s, err := g.Screen(time.Time{})
		require.NoError(t, err)
		out, err = s.Decide(nil, []byte(body))
		require.NoError(t, err)
		require.Equal(t, sent, parse(t, out).Send, "screened: %s", body)
		s.Close()

		in := g.Bundle().NewInput()
		in.Now = time.Now()
		require.NoError(t, gate.DecodeBody(in, []byte(body)))
		h := g.Hearing(g.Bundle(), in.Now)
		h.Hear(ctx, in, []byte(body))
		require.Equal(t, sent, g.Bundle().Decide(in).Send, "beside the gate: %s", body)
		h.Close()
		in.Release()
	}
	list, err := g.History(ctx, gate.ByID, "c1", 0, 100)
	require.NoError(t, err)
	for _, r := range list {
		in := g.Bundle().NewInput()
		_, err := g.Bundle().Layout().DecodeRecord(r.Facts, in.Facts())
		require.NoError(t, err)
		in.Now = time.UnixMilli(r.At).UTC()
		require.Equal(t, r.Send, g.Bundle().Decide(in).Send, "decided again: %s", r.Facts)
		in.Release()
	}
}

// The log is broken and the owner lets marketing out in trouble: not to them.
func TestTroubleDoesNotSendToWhoIsOnTheLegalList(t *testing.T) {
	events := openEvents(t)
	require.NoError(t, events.Put(context.Background(), ledger.Event{Source: "esp", ID: "1", Kind: ledger.Complaint, Email: "ada@example.test"}))
	log := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "w.db")))}
	full := error(store.ErrBusy)
	log.submit.Store(&full)
	g := newGate(t, shop, gate.Options{Events: events, Store: log})
	out, err := g.Decide(nil, gate.Request{Body: []byte(adaBody + `}`), Sends: func(string) bool { return true }})
	require.NoError(t, err)
	a := parse(t, out)
	require.True(t, a.Degraded)
	require.False(t, a.Send)
	require.Contains(t, a.codes(), "legal_suppressed")
	require.True(t, decide(t, g, `{"contact":{"id":"c2"},"consent":{"marketing":true}}`).Send)
}

// Whoever is not affected pays little: a gate with a ledger against one without.
func BenchmarkEvents(b *testing.B) {
	body := []byte(adaBody + `}`)
	for name, events := range map[string]gate.Events{"without": nil, "with": openEvents(b), "listed": openEvents(b)} {
		o := gate.Options{Ack: gate.AckBuffered}
		if events != nil {
			o.Events = events
		}
		if name == "listed" {
			require.NoError(b, events.(*ledger.Ledger).Put(b.Context(), ledger.Event{Source: "esp", ID: "1", Kind: ledger.Unsubscribe, Email: "bob@example.test"}))
		}
		g := newGate(b, shop, o)
		b.Run(name, func(b *testing.B) {
			s, err := g.Screen(time.Time{})
			require.NoError(b, err)
			defer s.Close()
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				if out, err = s.Decide(out[:0], body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
