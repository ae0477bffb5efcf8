package writebacktest

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// rig is an engine and an account, in a bubble.
type rig struct {
	t       *testing.T
	s       Subject
	account *Account
	queue   *writeback.Queue
	engine  *writeback.Engine
	stop    []func()
}

func (s Subject) open(t *testing.T, contacts int, optOut bool) *rig {
	t.Helper()
	r := &rig{t: t, s: s, account: &Account{contacts: map[string]map[string]string{}, out: map[string]bool{}, key: true}}
	for n := range contacts {
		_, name := s.Contact(n)
		r.account.contacts[name] = map[string]string{}
	}
	w := newWire()
	server := &http.Server{Handler: r.account.handler(t, s.Server(r.account)), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(w) }()
	var err error
	r.queue, err = writeback.OpenQueue(filepath.Join(t.TempDir(), "queue.db"), nil)
	require.NoError(t, err)
	transport := w.transport()
	r.engine, err = writeback.New(writeback.Options{
		Queue: r.queue, Random: func() float64 { return 0.5 },
		Targets: []writeback.Target{{Name: "test", Platform: s.New(optOut), Transport: transport, Timeout: timeout, Share: 100}},
	})
	require.NoError(t, err)
	r.stop = append(r.stop, func() {
		require.NoError(t, r.engine.Close(context.Background()))
		require.NoError(t, r.queue.Close())
		transport.CloseIdleConnections()
		require.NoError(t, server.Close())
		require.NoError(t, w.Close())
		time.Sleep(time.Minute) // handlers that sleep wake up and end
	})
	return r
}

func (r *rig) close() {
	for _, f := range r.stop {
		f()
	}
}

// put hands in a decision about the nth contact.
func (r *rig) put(n int, send bool, hero string) {
	r.t.Helper()
	c, _ := r.s.Contact(n)
	r.putFor(c, send, hero)
}

func (r *rig) putFor(c writeback.Contact, send bool, hero string) {
	r.t.Helper()
	action, reasons := "send", "[]"
	if !send {
		action, reasons = "suppress", `[{"code":"persona_match","rule":"serial-returner"}]`
	}
	answer := fmt.Sprintf(`{"decision_id":"d1","send":%t,"action":%q,"variants":{"hero":%q},"reasons":%s}`, send, action, hero, reasons)
	w, err := writeback.FromAnswer([]byte(answer), "test", c, "october", time.Now())
	require.NoError(r.t, err)
	require.NoError(r.t, r.engine.Put(context.Background(), w))
}

// want checks the fields of the nth contact.
func (r *rig) want(n int, send bool, hero string) {
	r.t.Helper()
	_, name := r.s.Contact(n)
	fields := r.account.Fields(name)
	action, why := "send", writeback.None
	if !send {
		action, why = "suppress", "persona_match:serial-returner"
	}
	for i, v := range []string{fmt.Sprint(send), action, why, "october", hero} {
		require.Equal(r.t, v, fields[r.s.Names[i]], "%s of contact %d", r.s.Names[i], n)
	}
	require.NotEmpty(r.t, fields[r.s.Names[5]], "the time of the decision")
}

// settled waits until the queue is empty.
func (r *rig) settled() {
	r.t.Helper()
	for range 24 * 60 {
		list, err := r.queue.List(context.Background(), writeback.Filter{})
		require.NoError(r.t, err)
		if len(list) == 0 {
			return
		}
		time.Sleep(time.Minute)
	}
	list, err := r.queue.List(context.Background(), writeback.Filter{})
	require.NoError(r.t, err)
	require.Empty(r.t, list, "what is left in the queue")
}

func (r *rig) stats() writeback.Stats {
	r.t.Helper()
	s, err := r.engine.Stats(context.Background())
	require.NoError(r.t, err)
	return s[0]
}

// Words splits a path of the API.
func Words(r *http.Request) []string {
	return strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
}
