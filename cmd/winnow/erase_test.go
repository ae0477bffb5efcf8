package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

func eraseAt(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequest("DELETE", url, nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	var out bytes.Buffer
	_, err = out.ReadFrom(res.Body)
	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode, out.String())
	return out.String()
}

func logErase(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	v := &env{stdin: strings.NewReader(""), stdout: &o, stderr: &e, now: time.Now}
	code = v.run(context.Background(), append([]string{"log", "erase"}, args...))
	return code, o.String(), e.String()
}

// Who is erased gets no letter that waited for them, by the server's way as by
// the command line's; the others get theirs.
func TestErasingReachesLettersThatWait(t *testing.T) {
	l := newListServer(t, relaytest.Options{})
	l.sink.Down()
	for _, id := range []string{"anna", "ben", "cyd", "dan"} {
		require.Equal(t, 200, l.post("", id, "DE", 1, "c1"))
	}
	require.JSONEq(t, `{"erased":2}`, eraseAt(t, l.url+"/v1/contacts/anna"), "a decision and a letter")
	require.JSONEq(t, `{"erased":1}`, eraseAt(t, l.url+"/v1/contacts/BEN@example.test?by=email"), "the decision is under the id")
	require.JSONEq(t, `{"erased":0}`, eraseAt(t, l.url+"/v1/contacts/nobody"))
	l.stop()
	code, out, errs := logErase("cyd", "--db", l.db)
	require.Zero(t, code, errs)
	require.Equal(t, "1 decisions erased\n1 letters and fields that waited erased\n", out)
	require.NoError(t, l.sink.Up())
	l.server = serve(t, l.args...)
	l.mailed(map[string]int{"dan@example.test": 1})
	l.stop()
}

// Fields that could not be written yet are erased as well.
func TestErasingReachesFieldsToWrite(t *testing.T) {
	url, _ := fakeMautic(t) // which knows no 98 and no 99
	work := t.TempDir()
	file, db := filepath.Join(work, "sources.yaml"), filepath.Join(work, "w.db")
	require.NoError(t, os.WriteFile(filepath.Join(work, "hook.secret"), []byte("k3y-of-the-hook"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(work, "mautic.secret"), []byte("s3cret\n"), 0o600))
	require.NoError(t, os.WriteFile(file, []byte(`winnow_sources: 1
sources:
  - name: autumn
    platform: mautic
    secrets: [file:hook.secret]
    settings: {api_url: "`+url+`", api_user: winnow, api_password: "file:mautic.secret"}
`), 0o600))
	s := serve(t, bundleDir(t, shopRules), "--db", db, "--sources", file)
	for _, id := range []string{"98", "99"} {
		status, _, err := post(s.url+"/v1/in/autumn", `{"contact_id":"`+id+`","email":"c`+id+`@example.test"}`, "X-Winnow-Key", "k3y-of-the-hook")
		require.NoError(t, err)
		require.Equal(t, 200, status)
	}
	dead := func() string {
		_, out, _ := writeBackVerb("list", "--dead", "--queue", db+".writeback")
		return out
	}
	require.True(t, eventually(func() bool { return strings.Count(dead(), "404 Not Found") == 2 }))
	require.JSONEq(t, `{"erased":2}`, eraseAt(t, s.url+"/v1/contacts/98"), "a decision and what was to be written of it")
	require.Equal(t, 1, strings.Count(dead(), "404 Not Found"))
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end(), s.stderr.String())
	code, out, errs := logErase("c99@example.test", "--email", "--db", db)
	require.Zero(t, code, errs)
	require.Equal(t, "0 decisions erased\n1 letters and fields that waited erased\n", out)
	require.Equal(t, "there are none\n", dead())
}

// Trouble in one place stops nothing: the others are erased from, every trouble is
// told, and the exit code says that something may be left.
func TestErasingGoesOnAfterTrouble(t *testing.T) {
	l := newListServer(t, relaytest.Options{})
	l.sink.Down()
	for _, id := range []string{"anna", "ben"} {
		require.Equal(t, 200, l.post("", id, "DE", 1, "c1"))
	}
	l.stop()
	const damaged = "this is no database, and longer than the head of one would be: a hundred bytes and some more of it, to be sure"
	for _, name := range []string{".events", ".writeback"} {
		require.NoError(t, os.WriteFile(l.db+name, []byte(damaged), 0o600))
	}
	code, out, errs := logErase("anna", "--db", l.db)
	require.Equal(t, exitFailed, code)
	require.Equal(t, "1 decisions erased\n1 letters and fields that waited erased\n", out)
	require.Contains(t, errs, "something of the contact may be left")
	require.Contains(t, errs, l.db+".events")
	require.Contains(t, errs, l.db+".writeback")
	require.Contains(t, errs, "\n  mend that and erase again")

	require.NoError(t, os.Remove(l.db+".events"))
	require.NoError(t, os.Remove(l.db+".writeback"))
	require.NoError(t, os.WriteFile(l.db, []byte(damaged), 0o600))
	code, out, errs = logErase("ben", "--db", l.db)
	require.Equal(t, exitFailed, code)
	require.Equal(t, "0 decisions erased\n1 letters and fields that waited erased\n", out)
	require.Contains(t, errs, "can't open the decision log "+l.db)

	require.NoError(t, os.WriteFile(l.db+".relay", []byte(damaged), 0o600))
	code, _, errs = logErase("ben", "--db", l.db)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, l.db+".relay: ")
}
