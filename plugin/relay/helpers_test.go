package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
	"github.com/winnow-gate/winnow/rules"
)

// fakeGate decides by the id of the contact: "out…" is left out, and over "panic…"
// it panics. It is down while it is told to be.
type fakeGate struct {
	down   atomic.Bool
	asked  sync.Map               // keys
	barred atomic.Pointer[string] // the id of who is on the legal list by now
	mute   atomic.Bool            // explanations fail
}

func (g *fakeGate) Decide(dst []byte, req gate.Request) ([]byte, error) {
	g.asked.Store(req.Key, true)
	if g.down.Load() {
		sends := req.Sends == nil || req.Sends("marketing")
		return fmt.Appendf(dst, `{"decision_id":"D","send":%v,"action":"send","variants":{"hero":"plain"},"content":{"hero":{}},"degraded":true}`, sends), nil
	}
	var body struct{ Contact struct{ ID string } }
	if err := json.Unmarshal(req.Body, &body); err != nil {
		return dst, err
	}
	if strings.HasPrefix(body.Contact.ID, "panic") {
		panic("a bug: " + body.Contact.ID)
	}
	if strings.HasPrefix(body.Contact.ID, "out") {
		return append(dst, `{"decision_id":"D2","send":false,"action":"suppress","variants":{},"content":{},"by":"returner","degraded":false}`...), nil
	}
	return append(dst, `{"decision_id":"D1","send":true,"action":"send","variants":{"hero":"vip"},"content":{"hero":{"headline":"Yours & first"}},"degraded":false}`...), nil
}

func (g *fakeGate) ExplainRequest(req gate.Request) (*rules.Explanation, error) {
	if g.mute.Load() {
		return nil, gate.ErrNoBundle
	}
	d := &rules.Decision{
		Action: rules.Suppress, By: "returner",
		Variants: []rules.Choice{{Slot: "hero", Variant: "vip", Content: []byte(`{"headline":"Yours & first"}`)}},
	}
	if id := g.barred.Load(); id != nil && strings.Contains(string(req.Body), `"`+*id+`"`) {
		d.Reasons = append(d.Reasons, rules.Reason{Code: rules.LegalSuppressed, Detail: "unsubscribe"})
	}
	return &rules.Explanation{Decision: d}, nil
}

func letter(id string) *relay.Letter {
	return &relay.Letter{
		Source: "lists", Key: "c1/" + id, Facts: json.RawMessage(`{"contact":{"id":"` + id + `"}}`),
		From: "Shop <news@shop.test>", To: id + "@example.test", Subject: "[[winnow:hero.headline|Hello]]",
		Body: "<p>[[winnow:hero.headline|Hello]]</p>", HTML: true,
		Headers: []relay.Header{{Name: "List-Unsubscribe", Value: "<https://l.test/u/" + id + ">"}},
	}
}

type bench struct {
	*relay.Relay
	t    *testing.T
	path string
	gate *fakeGate
	opts relay.Options
}

// open opens a relay that retries quickly, over SMTP to the sink.
func open(t *testing.T, sink *relaytest.Sink, change func(*relay.Options)) *bench {
	t.Helper()
	smtp, err := relay.NewSMTP(relay.SMTPOptions{Addr: sink.Addr(), Security: relay.Cleartext})
	require.NoError(t, err)
	b := &bench{t: t, path: filepath.Join(t.TempDir(), "relay.db"), gate: &fakeGate{}}
	b.opts = relay.Options{
		Gate: b.gate, Carriers: map[string]relay.Carrier{"lists": smtp}, Workers: 4,
		FirstRetry: time.Millisecond, LastRetry: 20 * time.Millisecond, Jitter: func() float64 { return 0.5 },
	}
	if change != nil {
		change(&b.opts)
	}
	b.Relay, err = relay.Open(b.path, b.opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close(context.Background()) })
	return b
}

func sink(t *testing.T, o relaytest.Options) *relaytest.Sink {
	t.Helper()
	s, err := relaytest.Start(o)
	require.NoError(t, err)
	t.Cleanup(s.Down)
	return s
}

func (b *bench) accept(l *relay.Letter) relay.Receipt {
	b.t.Helper()
	got, err := b.Accept(b.t.Context(), l)
	require.NoError(b.t, err)
	return got
}

// settled waits until nothing waits or is under way.
func (b *bench) settled() relay.Stats {
	b.t.Helper()
	var s relay.Stats
	require.Eventually(b.t, func() bool {
		var err error
		s, err = b.Stats(b.t.Context())
		require.NoError(b.t, err)
		return s.Waiting+s.Sending == 0
	}, time.Minute, 5*time.Millisecond)
	return s
}

func (b *bench) list(states ...relay.State) []relay.Entry {
	b.t.Helper()
	d, err := relay.OpenDesk(b.path, nil)
	require.NoError(b.t, err)
	defer d.Close()
	list, err := d.List(b.t.Context(), states, 0, 1000)
	require.NoError(b.t, err)
	return list
}

const (
	waitAtMost = time.Minute
	shortly    = 5 * time.Millisecond
)
