package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

func writeBackVerb(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	v := &env{stdin: strings.NewReader(""), stdout: &o, stderr: &e, now: time.Now}
	code = v.run(context.Background(), append([]string{"writeback"}, args...))
	return code, o.String(), e.String()
}

// fakeMautic takes contacts 52 and 53, and says what it was told of them.
func fakeMautic(t *testing.T) (url string, fields func(id string) map[string]any) {
	var mu sync.Mutex
	all := map[string]map[string]any{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := strings.Split(r.URL.Path, "/")[3]
		user, password, _ := r.BasicAuth()
		if user != "winnow" || password != "s3cret" {
			w.WriteHeader(401)
			return
		}
		if id != "52" && id != "53" {
			w.WriteHeader(404)
			fmt.Fprint(w, `{"errors":[{"message":"Item was not found."}]}`)
			return
		}
		body, _ := io.ReadAll(r.Body)
		var in map[string]any
		_ = json.Unmarshal(body, &in)
		mu.Lock()
		all[id] = in
		mu.Unlock()
		fmt.Fprint(w, `{}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, func(id string) map[string]any {
		mu.Lock()
		defer mu.Unlock()
		return all[id]
	}
}

// From a campaign's webhook to the fields of the contact, and the verbs about
// what Mautic refused.
func TestServeWritesBack(t *testing.T) {
	url, fields := fakeMautic(t)
	work := t.TempDir()
	file := filepath.Join(work, "sources.yaml")
	require.NoError(t, os.WriteFile(filepath.Join(work, "hook.secret"), []byte("k3y-of-the-hook"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(work, "mautic.secret"), []byte("s3cret\n"), 0o600))
	require.NoError(t, os.WriteFile(file, []byte(`winnow_sources: 1
public_url: https://winnow.shop.example
sources:
  - name: autumn
    platform: mautic
    secrets: [file:hook.secret]
    settings:
      api_url: `+url+`
      api_user: winnow
      api_password: file:mautic.secret
`), 0o600))
	db := filepath.Join(work, "w.db")
	s := serve(t, bundleDir(t, shopRules), "--db", db, "--sources", file)
	hook := func(id string) int {
		body := "contact_id=" + id + "&email=ada%40example.test&campaign=october&consent.marketing=true&contact.country=contact.country%3DPL"
		req, err := http.NewRequest("POST", s.url+"/v1/in/autumn", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Winnow-Key", "k3y-of-the-hook")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode
	}
	require.Equal(t, 200, hook("52"))
	require.Equal(t, 200, hook("99"))
	queue := db + ".writeback"
	dead := func() string {
		_, out, _ := writeBackVerb("list", "--dead", "--queue", queue)
		return out
	}
	require.True(t, eventually(func() bool { return fields("52") != nil && strings.Contains(dead(), "404 Not Found") }))
	require.Equal(t, "true", fields("52")["winnow_send"])
	require.Equal(t, "vip", fields("52")["winnow_hero"])
	require.Equal(t, "october", fields("52")["winnow_for"])
	require.NotContains(t, dead(), "@", "no addresses in the list")
	s.metric(t, `winnow_writeback_writes_total{result="written",target="autumn"} 1`)
	require.NoError(t, s.Process.Signal(os.Interrupt))
	require.NoError(t, s.end(), s.stderr.String())

	code, out, _ := writeBackVerb("list", "--format", "json", "--queue", queue)
	require.Zero(t, code)
	var list []writeback.Entry
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list, 1)
	id := fmt.Sprint(list[0].ID)
	code, out, _ = writeBackVerb("show", id, "--queue", queue)
	require.Zero(t, code)
	require.Contains(t, out, "ada@example.test")
	code, out, _ = writeBackVerb("retry", "--dead", "--source", "autumn", "--queue", queue)
	require.Zero(t, code)
	require.Equal(t, "1 to be sent again\n", out)
	code, out, _ = writeBackVerb("forget", "--email", "nobody@example.test", "--queue", queue)
	require.Zero(t, code)
	require.Equal(t, "0 entries erased\n", out)
	code, out, _ = writeBackVerb("drop", id, "--queue", queue)
	require.Zero(t, code)
	require.Equal(t, "1 dropped\n", out)
	_, out, _ = writeBackVerb("list", "--queue", queue)
	require.Equal(t, "there are none\n", out)
	for _, bad := range [][]string{{"show", "x"}, {"retry"}, {"drop", "1", "--dead"}, {"list", "--format", "xml"}, {"list", "-n", "0"}} {
		code, _, errs := writeBackVerb(append(bad, "--queue", queue)...)
		require.Equal(t, exitUsage, code, "%v: %s", bad, errs)
	}
	code, _, errs := writeBackVerb("drop", "77", "--queue", queue)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "there is no such entry")
	code, _, errs = writeBackVerb("list", "--queue", filepath.Join(work, "none"))
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "there is no queue")
}
