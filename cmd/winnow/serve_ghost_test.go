package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/ghost/mailguntest"
)

const newsletter = `--b
Content-Disposition: form-data; name="to"

ada@example.test
--b
Content-Disposition: form-data; name="to"

ben@example.test
--b
Content-Disposition: form-data; name="from"

news@shop.test
--b
Content-Disposition: form-data; name="html"

<h1>%recipient.winnow_hero_headline%</h1>
--b
Content-Disposition: form-data; name="recipient-variables"

{"ada@example.test":{"uuid":"a","country":"PL","orders_count":1},"ben@example.test":{"uuid":"b","country":"DE","orders_count":9}}
--b
Content-Disposition: form-data; name="v:email-id"

mail-1
--b--
`

// ghostFiles are a bundle's folder and a file of sources for a Mailgun.
func ghostFiles(t *testing.T, address string) (bundle, sources string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ghost.secret"), []byte("api:between-ghost-and-winnow\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mailgun.key"), []byte(mailguntest.Key+"\n"), 0o600))
	sources = filepath.Join(dir, "sources.yaml")
	require.NoError(t, os.WriteFile(sources, []byte(`winnow_sources: 1
sources:
  - name: ghost
    platform: ghost
    secrets: file:ghost.secret
    settings: {domain: mg.shop.test, url: "`+address+`", api_key: "file:mailgun.key"}
    on_trouble: retry
    set: {consent.marketing: true}
`), 0o600))
	return bundleDir(t, listsRules()), sources
}

// Ghost's batch through the program as it is served; it is killed while Mailgun
// has the batch and has not answered.
func TestServeStandsInMailgunsPlace(t *testing.T) {
	var slow atomic.Bool
	slow.Store(true)
	fake := mailguntest.Start(func() string {
		if slow.Load() {
			return "slow"
		}
		return ""
	})
	t.Cleanup(func() { fake.CloseClientConnections(); fake.Close() })
	bundle, sources := ghostFiles(t, fake.URL)
	db := filepath.Join(t.TempDir(), "log.db")
	body := strings.ReplaceAll(newsletter, "\n", "\r\n")
	send := func(s *server, id string) (int, string, error) {
		return post(s.url+"/v3/mg.shop.test/messages", strings.ReplaceAll(body, "mail-1", id), "Content-Type", "multipart/form-data; boundary=b", "Authorization", "Basic YXBpOmJldHdlZW4tZ2hvc3QtYW5kLXdpbm5vdw==")
	}
	s := serve(t, bundle, "--db", db, "--sources", sources)
	go func() { _, _, _ = send(s, "mail-1") }()
	require.True(t, eventually(func() bool { return len(fake.Messages()) == 1 }), s.stderr.String())
	require.NoError(t, s.Process.Kill())
	_ = s.end()
	slow.Store(false)

	s = serve(t, bundle, "--db", db, "--sources", sources)
	status, text, err := send(s, "mail-1")
	require.NoError(t, err)
	require.Equal(t, 409, status, text)
	require.Contains(t, text, "winnow handed")
	code, out, errs := handedVerb("--book", db+".handed")
	require.Zero(t, code, errs)
	require.Regexp(t, `(?m)^1 .+ghost +1 +mg\.shop\.test mail-1$`, out)
	code, out, errs = handedVerb("taken", "1", "--book", db+".handed")
	require.Zero(t, code, errs)
	require.Equal(t, "1 settled: taken\n", out)
	for range 2 {
		status, text, err = send(s, "mail-1")
		require.NoError(t, err)
		require.Equal(t, 200, status, text)
	}
	require.Equal(t, map[string]int{"ada@example.test": 1}, fake.Counts())

	status, text, err = send(s, "mail-2")
	require.NoError(t, err)
	require.Equal(t, 200, status, text)
	require.Contains(t, text, `"id":"<2@mailgun.test>"`)
	require.Equal(t, "Dzień dobry & welcome", fake.Messages()[1].Variables["ada@example.test"]["winnow_hero_headline"])
	require.NotContains(t, get(t, s.url+"/metrics"), "example.test")
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end())
	require.NotContains(t, s.stderr.String(), "example.test")
	require.NotContains(t, s.stderr.String(), mailguntest.Key)
}

func handedVerb(args ...string) (int, string, string) {
	var out, errs bytes.Buffer
	code := (&env{stdout: &out, stderr: &errs, now: func() time.Time { return scriptNow }}).run(context.Background(), append([]string{"handed"}, args...))
	return code, out.String(), errs.String()
}

func TestHandedUsedWrongly(t *testing.T) {
	bundle, sources := ghostFiles(t, "http://127.0.0.1:9")
	db := filepath.Join(t.TempDir(), "log.db")
	code, _, errs := handedVerb("--book", db+".handed")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "there is no book")
	s := serve(t, bundle, "--db", db, "--sources", sources)
	code, out, _ := handedVerb("--book", db+".handed")
	require.Zero(t, code)
	require.Equal(t, "nothing is in doubt\n", out)
	code, out, _ = handedVerb("--book", db+".handed", "--format", "json")
	require.Zero(t, code)
	require.JSONEq(t, "[]", out)
	code, _, errs = handedVerb("again", "7", "--book", db+".handed")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "no batch 7 is in doubt")
	code, _, _ = handedVerb("again", "x", "--book", db+".handed")
	require.Equal(t, exitUsage, code)
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end())
}

// A captured newsletter is tried without a server, and nothing leaves.
func TestSendTriesANewsletterHere(t *testing.T) {
	fake := mailguntest.Start(nil)
	t.Cleanup(fake.Close)
	bundle, sources := ghostFiles(t, fake.URL)
	file := filepath.Join(t.TempDir(), "ghost.http")
	require.NoError(t, os.WriteFile(file, []byte("POST /v3/mg.shop.test/messages HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"+strings.ReplaceAll(newsletter, "\n", "\r\n")), 0o600))
	var out, errs bytes.Buffer
	code := (&env{stdout: &out, stderr: &errs, now: func() time.Time { return scriptNow }}).run(context.Background(), []string{"send", file, "--bundle", bundle, "--sources", sources, "--sign"})
	require.Zero(t, code, errs.String())
	require.Contains(t, out.String(), "answered 200 OK")
	require.Contains(t, out.String(), "X-Winnow-Held: 1")
	require.Empty(t, fake.Asked())
}
