package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
)

const shopSources = `winnow_sources: 1
public_url: https://winnow.shop.example
sources:
  - name: hooks
    platform: generic
    scheme: stdwh-v1
    secrets: file:hooks.secret
    mapping: {contact.id: customer.id, contact.country: customer.country, consent.marketing: customer.agreed}
`

// From the recipe to a decision: a signed call of a platform, sent to a server in
// a process of its own; the same call again gets the same answer, after a
// restart too.
func TestServeSources(t *testing.T) {
	dir, work := bundleDir(t, shopRules), t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(work, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	sourcesFile := file("sources.yaml", shopSources)
	secret := file("hooks.secret", "whsec_d2lubm93LXN0YW5kYXJkLXdlYmhvb2sta2V5LTI0YiE=\n")
	body := file("body.json", `{"customer":{"id":4711,"country":"PL","agreed":"yes"}}`)
	out, err := winnow("sign", "stdwh-v1", "--secret", "file:"+secret, "--url", "https://winnow.shop.example/v1/in/hooks", "--body", body, "--format", "http").Output()
	require.NoError(t, err)
	call := file("call.http", string(out))

	db := filepath.Join(work, "w.db")
	ask := func(s *server) string {
		out, err := winnow("send", call, "--to", s.url, "--sources", sourcesFile).CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), "answered 200 OK")
		require.Contains(t, string(out), `"hero": "vip"`)
		require.Contains(t, string(out), "sends: the decision says: send")
		_, decision, _ := strings.Cut(string(out), `"decision_id": "`)
		return decision[:13]
	}
	s := serve(t, dir, "--db", db, "--sources", sourcesFile)
	first := ask(s)
	require.Equal(t, first, ask(s))
	require.Contains(t, get(t, s.url+"/metrics"), `winnow_source_calls_total{result="answered",source="hooks"} 2`)
	require.NoError(t, s.Process.Signal(os.Interrupt))
	require.NoError(t, s.end(), s.stderr.String())

	s = serve(t, dir, "--db", db, "--sources", sourcesFile)
	require.Equal(t, first, ask(s))
	forged, err := winnow("send", file("forged.http", "POST /v1/in/hooks HTTP/1.1\r\n\r\n{}"), "--to", s.url).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(forged), "answered 401 Unauthorized")

	for host, want := range map[string]int{"winnow.shop.example": 200, "evil.example": 403} {
		req, err := http.NewRequest("GET", s.url+"/v1/bundle", nil)
		require.NoError(t, err)
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.StatusCode, host)
	}
}

// A source without a deadline has the server's, which must be good for its
// platform, too.
func TestServeWarnsOfADeadlineLongerThanAPlatformWaits(t *testing.T) {
	p, ok := platforms.Find("braze")
	require.True(t, ok)
	for _, tc := range []struct {
		server, own time.Duration
		want        string
	}{
		{800 * time.Millisecond, 0, ""},
		{2 * time.Second, 0, "winnow: Braze Connected Content gives up after 2s, and --deadline is 2s: give the source autumn a deadline of its own\n"},
		{2 * time.Second, time.Second, ""},
	} {
		var errs bytes.Buffer
		w := &served{sources: sources.Result{Configs: []sources.Config{{Platform: p, Options: platform.Options{Name: "autumn", Deadline: tc.own}}}}}
		(&env{stderr: &errs}).warnOfDeadlines(w, tc.server)
		require.Equal(t, tc.want, errs.String())
	}
}
