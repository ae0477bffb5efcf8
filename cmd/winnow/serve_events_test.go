package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const eventSources = `winnow_sources: 1
public_url: https://winnow.shop.example
sources:
  - name: shop
    platform: events
    secrets: file:shop.secret
    settings: {complete: true}
`

const eventRules = `winnow: 1
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    when: orders.returns_count >= 2
    action: suppress
slots:
  hero: {default: generic, variants: {generic: {}}}
`

// What a source tells decides from then on: a persona by what came back, and the
// legal list before every rule; after kill -9 too, and what another process
// writes on the list is seen while the server runs.
func TestServeEvents(t *testing.T) {
	dir, work := bundleDir(t, eventRules), t.TempDir()
	for name, text := range map[string]string{"sources.yaml": eventSources, "shop.secret": "a-long-secret-of-the-shop"} {
		require.NoError(t, os.WriteFile(filepath.Join(work, name), []byte(text), 0o600))
	}
	db := filepath.Join(work, "w.db")
	args := []string{dir, "--db", db, "--sources", filepath.Join(work, "sources.yaml")}
	s := serve(t, args...)
	tell := func(body string) (int, string) {
		status, out, err := post(s.url+"/v1/in/shop", body, "X-Winnow-Key", "a-long-secret-of-the-shop")
		require.NoError(t, err)
		return status, out
	}
	why := func(who string) string {
		_, out, err := post(s.url+"/v1/decide", `{"contact":{"id":"c9","email":"`+who+`"},"message":{"class":"marketing","channel":"email"}}`)
		require.NoError(t, err)
		return out
	}
	const history = `{"id":"1","type":"order","contact":{"email":"ada@example.test"},"order":{"id":"1","total":10,"currency":"EUR"}}
{"id":"2","type":"order","contact":{"email":"ada@example.test"},"order":{"id":"2","total":10,"currency":"EUR"}}
{"id":"3","type":"return","order":{"id":"1","total":10,"currency":"EUR"}}
{"id":"4","type":"return","order":{"id":"2","total":10,"currency":"EUR"}}
{"id":"5","type":"unsubscribe","contact":{"email":"bob@example.test"},"channel":"email"}`
	require.Contains(t, why("ada@example.test"), "persona_unknown")
	status, out := tell(history)
	require.Equal(t, http.StatusOK, status, out)
	require.JSONEq(t, `{"accepted":5,"passed_over":0}`, out)
	status, _ = tell(history)
	require.Equal(t, http.StatusOK, status)
	status, _, err := post(s.url+"/v1/in/shop", history, "X-Winnow-Key", "somebody-else-of-the-shop")
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, status)
	require.Contains(t, get(t, s.url+"/metrics"), `winnow_events_total{kind="return"} 2`)
	require.Contains(t, get(t, s.url+"/metrics"), `winnow_events_repeated_total 5`)

	check := func() {
		require.Contains(t, why("ada@example.test"), `"action":"suppress"`)
		require.Contains(t, why("BOB@example.test"), "legal_suppressed")
		require.Contains(t, why("carl@example.test"), `"send":true`)
	}
	check()
	require.NoError(t, s.Process.Kill())
	_ = s.end()
	s = serve(t, args...)
	check()
	add, err := winnow("suppressions", "add", "carl@example.test", "--db", db, "--by", "anna").CombinedOutput()
	require.NoError(t, err, string(add))
	require.Eventually(t, func() bool {
		_, out, err := post(s.url+"/v1/decide", `{"contact":{"email":"carl@example.test"}}`)
		return err == nil && strings.Contains(out, "legal_suppressed")
	}, time.Minute, 50*time.Millisecond)
	remove, err := winnow("suppressions", "remove", "bob@example.test", "--db", db, "--by", "anna", "--why", "came back in writing").CombinedOutput()
	require.NoError(t, err, string(remove))
	require.Eventually(t, func() bool { return strings.Contains(why("bob@example.test"), `"send":true`) }, time.Minute, 50*time.Millisecond)
}
