package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
	"github.com/winnow-gate/winnow/rules"
)

// everybody is a gate that lets all letters through.
type everybody struct{}

func (everybody) Decide(dst []byte, _ gate.Request) ([]byte, error) {
	return append(dst, `{"decision_id":"D1","send":true,"variants":{},"content":{},"degraded":false}`...), nil
}

func (everybody) ExplainRequest(gate.Request) (*rules.Explanation, error) {
	return nil, gate.ErrNoBundle
}

// refusedQueue makes a queue with a letter that was refused, and one in doubt.
func refusedQueue(t *testing.T, fault relaytest.Fault) (string, *relaytest.Sink, func()) {
	t.Helper()
	sink, err := relaytest.Start(relaytest.Options{Fault: func(n int, _ string) relaytest.Fault {
		return []relaytest.Fault{fault, relaytest.ResetTaken, relaytest.None}[min(n, 2)]
	}})
	require.NoError(t, err)
	t.Cleanup(sink.Down)
	smtp, err := relay.NewSMTP(relay.SMTPOptions{Addr: sink.Addr(), Security: relay.Cleartext})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "queue")
	clock := func() time.Time { return scriptNow }
	r, err := relay.Open(file, relay.Options{
		Gate: everybody{}, Carriers: map[string]relay.Carrier{"lists": smtp}, Workers: 1, FirstRetry: time.Millisecond, Clock: clock,
	})
	require.NoError(t, err)
	for i := range 2 {
		_, err := r.Accept(t.Context(), &relay.Letter{
			Source: "lists", Key: fmt.Sprint(i), From: "n@shop.test", To: fmt.Sprintf("c%d@example.test", i), Subject: "s", Body: "b", Facts: json.RawMessage(`{}`),
		})
		require.NoError(t, err)
		settleQueue(t, r)
	}
	return file, sink, func() { settleQueue(t, r); require.NoError(t, r.Close(context.Background())) }
}

func settleQueue(t *testing.T, r *relay.Relay) {
	t.Helper()
	require.Eventually(t, func() bool {
		s, err := r.Stats(t.Context())
		require.NoError(t, err)
		return s.Waiting+s.Sending == 0
	}, time.Minute, 5*time.Millisecond)
}

// relayVerb runs winnow relay and returns its exit code and what it said.
func relayVerb(args ...string) (int, string, string) {
	var out, errs bytes.Buffer
	e := &env{stdin: &bytes.Buffer{}, stdout: &out, stderr: &errs, now: func() time.Time { return scriptNow }}
	return e.run(context.Background(), append([]string{"relay"}, args...)), out.String(), errs.String()
}

func TestRelayVerbs(t *testing.T) {
	file, sink, end := refusedQueue(t, relaytest.Refuse)
	code, out, errs := relayVerb("list", "--queue", file)
	require.Zero(t, code, errs)
	require.Equal(t, `ID  STATE   ACCEPTED             SOURCE  TO              TRIES  WHY
1   dead    2026-11-22 12:00:00  lists   …@example.test  1      RCPT: 550 there is nobody called <…>
2   unsure  2026-11-22 12:00:00  lists   …@example.test  1      the connection failed before the server said whether it has the message
`, out)

	code, out, errs = relayVerb("show", "2", "--queue", file)
	require.Zero(t, code, errs)
	var shown shownLetter
	require.NoError(t, json.Unmarshal([]byte(out), &shown))
	require.Equal(t, "unsure", shown.State)
	require.Equal(t, "c1@example.test", shown.Letter.To)

	code, out, errs = relayVerb("retry", "1", "--queue", file)
	require.Zero(t, code, errs)
	require.Equal(t, "1 will be tried again\n", out)
	require.Eventually(t, func() bool { return sink.Counts()["c0@example.test"] == 1 }, time.Minute, 5*time.Millisecond, "the server takes it up by itself")

	_, out, _ = relayVerb("drop", "--to", "nobody@example.test", "--queue", file)
	require.Equal(t, "0 dropped\n", out)
	code, out, errs = relayVerb("drop", "--to", "C1@example.test", "--queue", file)
	require.Zero(t, code, errs)
	require.Equal(t, "1 dropped\n", out)
	end()

	_, out, _ = relayVerb("list", "--queue", file)
	require.Equal(t, "there are none\n", out)
	_, out, _ = relayVerb("list", "--all", "-n", "1", "--queue", file)
	require.Contains(t, out, "1   sent")
	require.Contains(t, out, "… and more: -n 10")
	_, out, errs = relayVerb("list", "--all", "-n", "1", "--format", "json", "--queue", file)
	require.NotContains(t, out, "more")
	require.Equal(t, "… and more: -n 10\n", errs)
	_, out, _ = relayVerb("list", "--state", "dropped", "--format", "json", "--queue", file)
	require.Contains(t, out, `"why": "dropped by hand"`)
	code, _, errs = relayVerb("retry", "2", "--queue", file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "letter 2: the letter is not in a state for that: it is dropped")
}

func TestRelayVerbsUsedWrongly(t *testing.T) {
	file, _, end := refusedQueue(t, relaytest.None)
	defer end()
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{exitFailed, "there is no queue nowhere", []string{"list", "--queue", "nowhere"}},
		{exitFailed, "there is no letter 99", []string{"show", "99", "--queue", file}},
		{exitFailed, "there is no letter 99", []string{"drop", "99", "--queue", file}},
		{exitUsage, `"x" is not the id of a letter`, []string{"show", "x", "--queue", file}},
		{exitUsage, "name letters by id", []string{"retry", "--queue", file}},
		{exitUsage, "name letters by id", []string{"retry", "1", "--state", "dead", "--queue", file}},
		{exitUsage, `--state cannot be "sent"`, []string{"drop", "--state", "sent", "--queue", file}},
		{exitUsage, `--state cannot be "lost"`, []string{"list", "--state", "lost", "--queue", file}},
		{exitUsage, `--format cannot be "xml"`, []string{"list", "--format", "xml", "--queue", file}},
	} {
		code, _, errs := relayVerb(c.args...)
		require.Equal(t, c.code, code, errs)
		require.Contains(t, errs, c.want)
	}
}
