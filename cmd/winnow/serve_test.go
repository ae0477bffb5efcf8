package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

const shopRules = `winnow: 1
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
slots:
  hero:
    default: generic
    variants: {vip: {}, generic: {}}
    rules:
      - {when: contact.country == "PL", use: vip}
`

// Kill -9 under load: every decision that was answered is in the log after the
// restart, byte for byte, and none is there twice. What was asked under a key
// and answered gets the same answer from the next process.
func TestKillUnderLoad(t *testing.T) {
	dir, db := bundleDir(t, shopRules), filepath.Join(t.TempDir(), "winnow.db")
	keyed := map[string]string{}
	for round := range 3 {
		s := serve(t, dir, "--db", db)
		for key, answer := range keyed {
			status, b, err := post(s.url+"/v1/decide", bodyOf(key), "Idempotency-Key", key)
			require.NoError(t, err)
			require.Equal(t, 200, status)
			require.Equal(t, answer, b)
		}
		maps.Copy(keyed, loadUntilKilled(t, s, round))
	}
	log, err := store.Open(db, store.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, log.Close(context.Background())) }()
	seen := map[string]int{} // by contact
	ids := map[int64]bool{}
	require.NoError(t, log.Scan(context.Background(), 0, time.Now().Add(time.Hour).UnixMilli(), func(r *store.Record) error {
		var f struct{ Contact struct{ ID string } }
		require.NoError(t, json.Unmarshal(r.Facts, &f))
		seen[f.Contact.ID]++
		require.False(t, ids[r.ID])
		ids[r.ID] = true
		require.Contains(t, string(r.Answer), gate.FormatID(r.ID))
		if answer, ok := keyed[f.Contact.ID]; ok {
			require.Equal(t, answer, string(r.Answer))
		}
		return nil
	}))
	for key := range keyed {
		require.Equal(t, 1, seen[key], "contact %s", key)
	}
	require.Greater(t, len(keyed), 300)
	t.Logf("%d answers in 3 lives, %d records", len(keyed), len(ids))
}

func bodyOf(contact string) string {
	return fmt.Sprintf(`{"contact":{"id":%q,"country":"PL"},"consent":{"marketing":true}}`, contact)
}

// loadUntilKilled asks about ever new contacts, kills the server in the middle
// and returns what was answered.
func loadUntilKilled(t *testing.T, s *server, round int) map[string]string {
	t.Helper()
	const clients, enough = 16, 200
	var mu sync.Mutex
	answered := map[string]string{}
	kill := sync.OnceFunc(func() { _ = s.Process.Kill() })
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := 0; ; i++ {
				contact := fmt.Sprintf("r%d-c%d-%d", round, c, i)
				status, b, err := post(s.url+"/v1/decide", bodyOf(contact), "Idempotency-Key", contact)
				if err != nil {
					return // it is dead
				}
				require.Equal(t, 200, status, b)
				mu.Lock()
				answered[contact] = b
				if len(answered) == enough {
					kill()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.Error(t, s.end(), "it was killed")
	return answered
}

func TestServeReloadsAndEndsInOrder(t *testing.T) {
	dir, db := bundleDir(t, shopRules), filepath.Join(t.TempDir(), "winnow.db")
	s := serve(t, dir, "--db", db, "--poll", "0")
	status, first, err := post(s.url+"/v1/decide", bodyOf("somebody"))
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.Contains(t, first, `"hero":"vip"`)

	rules := filepath.Join(dir, "rules.yaml")
	hangup := func(text, want string) {
		t.Helper()
		before := get(t, s.url+"/v1/bundle")
		require.NoError(t, os.WriteFile(rules, []byte(text), 0o600))
		require.NoError(t, s.Process.Signal(syscall.SIGHUP))
		after := before
		for after == before {
			after = get(t, s.url+"/v1/bundle")
		}
		require.Contains(t, after, want)
	}
	hangup("winnow: 2\n", `"stale":true`)
	hangup(strings.Replace(shopRules, "use: vip", "use: generic", 1), `"stale":false`)
	_, second, err := post(s.url+"/v1/decide", bodyOf("c1"))
	require.NoError(t, err)
	require.Contains(t, second, `"hero":"generic"`)

	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end(), s.stderr.String())
	out, err := winnow("log", "tail", "--db", db, "--format", "json").Output()
	require.NoError(t, err)
	require.Equal(t, 2, bytes.Count(out, []byte("\n")))
	require.NotContains(t, s.stderr.String(), "somebody", "no values in what it says")
}

func TestServeSeesChangedFiles(t *testing.T) {
	dir, db := bundleDir(t, shopRules), filepath.Join(t.TempDir(), "winnow.db")
	s := serve(t, dir, "--db", db, "--poll", "5ms")
	before := get(t, s.url+"/v1/bundle")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "more.yaml"), []byte("winnow: 1\nslots: {foot: {default: a, variants: {a: {}}}}\n"), 0o600))
	for get(t, s.url+"/v1/bundle") == before {
	}
	_, b, err := post(s.url+"/v1/decide", bodyOf("c1"))
	require.NoError(t, err)
	require.Contains(t, b, `"foot":"a"`)
}

// The list counts without sources, too, and leaks would show.
func TestServeMetrics(t *testing.T) {
	s := serve(t, bundleDir(t, shopRules), "--db", filepath.Join(t.TempDir(), "winnow.db"))
	all := get(t, s.url+"/metrics")
	for _, metric := range []string{"winnow_legal_suppressions 0", "go_goroutines ", "process_open_fds "} {
		require.Contains(t, all, "\n"+metric)
	}
}
