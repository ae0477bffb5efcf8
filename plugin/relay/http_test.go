package relay_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// messenger answers the first call as it is told to (0 cuts the connection) and
// all others with 200.
func messenger(t *testing.T, first int, calls *atomic.Int64, last *atomic.Value) relay.Carrier {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, pass, _ := r.BasicAuth()
		last.Store([]string{string(body), r.Header.Get("Idempotency-Key"), user + ":" + pass})
		if n := calls.Add(1); n > 1 {
			return
		}
		if first == 0 {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.Close()
			return
		}
		w.WriteHeader(first)
	}))
	t.Cleanup(s.Close)
	c, err := relay.NewHTTP(relay.HTTPOptions{URL: s.URL, User: "u", Password: "p"})
	require.NoError(t, err)
	return c
}

func TestPassesOn(t *testing.T) {
	for _, c := range []struct {
		first int
		state relay.State
		calls int64
	}{
		{200, relay.Sent, 1},
		{202, relay.Sent, 1},
		{429, relay.Sent, 2},
		{503, relay.Sent, 2},
		{400, relay.Dead, 1},
		{302, relay.Dead, 1},
		{504, relay.Unsure, 1},
		{0, relay.Unsure, 1},
	} {
		var calls atomic.Int64
		var last atomic.Value
		carrier := messenger(t, c.first, &calls, &last)
		b := open(t, sink(t, relaytest.Options{}), func(o *relay.Options) { o.Carriers = map[string]relay.Carrier{"lists": carrier} })
		l := letter("anna")
		l.Origin = json.RawMessage(`{"subject":"x","body":"y","recipients":[{"email":"anna@example.test"}],"campaign":null}`)
		b.accept(l)
		b.settled()
		e := b.list()[0]
		require.Equal(t, c.state.String(), e.State, "%d: %s", c.first, e.Why)
		require.Equal(t, c.calls, calls.Load(), "%d", c.first)
		got := last.Load().([]string)
		require.JSONEq(t, `{"subject":"Yours & first","body":"<p>Yours &amp; first</p>","recipients":[{"email":"anna@example.test"}],"campaign":null}`, got[0])
		require.Equal(t, e.Name, got[1])
		require.Equal(t, "u:p", got[2])
	}
}

func TestMessengerAway(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	c, err := relay.NewHTTP(relay.HTTPOptions{URL: s.URL})
	require.NoError(t, err)
	b := open(t, sink(t, relaytest.Options{}), func(o *relay.Options) { o.Carriers = map[string]relay.Carrier{"lists": c} })
	l := letter("anna")
	l.Origin = json.RawMessage(`{}`)
	b.accept(l)
	require.Eventually(t, func() bool { return b.list()[0].Why == "no connection to the messenger" }, waitAtMost, shortly)
	require.Equal(t, "waiting", b.list()[0].State)
}
