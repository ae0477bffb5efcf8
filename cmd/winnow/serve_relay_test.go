package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// listsRules are the kit's rules, with a headline that is not plain ASCII.
func listsRules() string {
	return strings.Replace(platformtest.Rules, "For you", "Dzień dobry & welcome", 1)
}

// listServer is a server with a listmonk source.
type listServer struct {
	t    *testing.T
	args []string
	sink *relaytest.Sink
	*server
	db string
}

func newListServer(t *testing.T, o relaytest.Options) *listServer {
	t.Helper()
	sink, err := relaytest.Start(o)
	require.NoError(t, err)
	t.Cleanup(sink.Down)
	dir := t.TempDir()
	file := filepath.Join(dir, "sources.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lists.secret"), []byte("listmonk:s3cret-postback\n"), 0o600))
	require.NoError(t, os.WriteFile(file, []byte(`winnow_sources: 1
public_url: https://winnow.shop.example
sources:
  - name: lists
    platform: listmonk
    secrets: file:lists.secret
    settings: {root_url: https://lists.shop.example}
    defaults: {consent.marketing: true}
relay:
  smtp: `+sink.Addr()+`
  security: none
  first_retry: 1s
  last_retry: 2s
`), 0o600))
	l := &listServer{t: t, sink: sink, db: filepath.Join(dir, "log.db")}
	l.args = []string{bundleDir(t, listsRules()), "--db", l.db, "--sources", file}
	l.server = serve(t, l.args...)
	return l
}

// post posts what listmonk does, and returns the status.
func (l *listServer) post(query, id, country string, orders int, campaign string) int {
	l.t.Helper()
	if campaign != "null" {
		campaign = `{"from_email":"Shop <news@shop.test>","uuid":"` + campaign + `","name":"October","headers":[],"tags":[]}`
	}
	body := fmt.Sprintf(`{"subject":"[[winnow:hero.headline|October]]","from_email":"Shop <news@shop.test>","content_type":"html",`+
		`"body":"<h1>[[winnow:hero.headline|Hello]]</h1>","recipients":[{"uuid":"%s","email":"%s@example.test","name":"N","attribs":{"country":"%s","order_count":%d},"status":"enabled"}],`+
		`"campaign":%s,"attachments":null}`, id, id, country, orders, campaign)
	status, _, err := post(l.url+"/v1/in/lists"+query, body, "Authorization", "Basic bGlzdG1vbms6czNjcmV0LXBvc3RiYWNr")
	require.NoError(l.t, err)
	return status
}

func (l *listServer) mailed(want map[string]int) {
	l.t.Helper()
	ok := func() bool { return fmt.Sprint(l.sink.Counts()) == fmt.Sprint(want) }
	if !eventually(ok) {
		require.Equal(l.t, want, l.sink.Counts(), l.stderr.String())
	}
}

func eventually(ok func() bool) bool {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return true
		}
	}
	return false
}

// metric waits for a line of the metrics: what the other side has seen is counted
// a moment later.
func (s *server) metric(t *testing.T, line string) {
	t.Helper()
	var text string
	if !eventually(func() bool { text = get(t, s.url+"/metrics"); return strings.Contains(text, line) }) {
		require.Contains(t, text, line)
	}
}

func (l *listServer) stop() {
	l.t.Helper()
	require.NoError(l.t, l.Process.Signal(syscall.SIGTERM))
	require.NoError(l.t, l.end())
}

// A campaign from listmonk's post to the mailbox, through the program as it is
// served.
func TestServeDeliversForListmonk(t *testing.T) {
	l := newListServer(t, relaytest.Options{Keep: true})
	require.Equal(t, 200, l.post("", "anna", "PL", 1, "c1"))
	require.Equal(t, 200, l.post("", "anna", "PL", 1, "c1"), "a repeat")
	require.Equal(t, 200, l.post("", "ben", "DE", 1, "c1"))
	require.Equal(t, 200, l.post("", "cyd", "PL", 7, "c1"), "withheld")
	require.Equal(t, 200, l.post("?test=1", "dan", "PL", 7, "c1"), "a test")
	require.Equal(t, 200, l.post("", "cyd", "PL", 7, "null"), "transactional")
	status, _, err := post(l.url+"/v1/in/lists", "{}", "Authorization", "Basic eDp5")
	require.NoError(t, err)
	require.Equal(t, 401, status)
	l.mailed(map[string]int{"anna@example.test": 1, "ben@example.test": 1, "cyd@example.test": 1, "dan@example.test": 1})
	for _, m := range l.sink.Messages() {
		mail := string(m)
		switch {
		case strings.Contains(mail, "anna@"):
			require.Contains(t, mail, "<h1>Dzie=C5=84 dobry &amp; welcome</h1>")
			require.Contains(t, mail, "List-Unsubscribe: <https://lists.shop.example/subscription/c1/anna>")
			require.Contains(t, mail, "List-Unsubscribe-Post: List-Unsubscribe=One-Click")
			require.Contains(t, mail, "X-Listmonk-Subscriber: anna")
		case strings.Contains(mail, "ben@"):
			require.Contains(t, mail, "<h1>Hello</h1>")
			require.Contains(t, mail, "Subject: October")
		case strings.Contains(mail, "dan@"):
			require.Contains(t, mail, "X-Winnow-Test: withheld: suppress by returner")
		}
		require.NotContains(t, mail, "winnow:")
	}
	l.metric(t, `winnow_relay_letters_total{result="sent"} 4`)
	code, out, errs := relayVerb("list", "--all", "--format", "json", "--queue", l.db+".relay")
	require.Zero(t, code, errs)
	var list []struct{ State string }
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list, 5)
	l.stop()
}

// What was accepted goes out after kill -9, and after an orderly end: to each
// once.
func TestServeKeepsLettersOverItsEnd(t *testing.T) {
	l := newListServer(t, relaytest.Options{})
	l.sink.Down()
	want := map[string]int{}
	for i, end := range []func(){
		func() { require.NoError(t, l.Process.Kill()); require.Error(t, l.end()) },
		l.stop,
	} {
		for j := range 20 {
			id := fmt.Sprintf("c%d-%d", i, j)
			require.Equal(t, 200, l.post("", id, "DE", 1, "c1"))
			want[id+"@example.test"] = 1
		}
		end()
		l.server = serve(t, l.args...)
	}
	require.NoError(t, l.sink.Up())
	l.mailed(want)
	l.stop()
	_, out, _ := relayVerb("list", "--queue", l.db+".relay")
	require.Equal(t, "there are none\n", out)
}
