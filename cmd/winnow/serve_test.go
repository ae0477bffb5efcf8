package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// asWinnow makes the test binary be winnow: a process of its own can be killed.
const asWinnow = "WINNOW_TEST_AS_WINNOW"

func TestMain(m *testing.M) {
	if os.Getenv(asWinnow) != "" {
		code := mainCode()
		notePeak()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func winnow(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asWinnow+"=1")
	return cmd
}

// server is winnow serve in a process of its own.
type server struct {
	*exec.Cmd
	url    string
	stderr lockedBuffer
	out    chan string // the rest of stdout
}

// serve starts a server, with a deadline that no slow machine misses.
func serve(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{Cmd: winnow(append([]string{"serve", "--addr", "127.0.0.1:0", "--deadline", "1m"}, args...)...), out: make(chan string, 1)}
	s.Stderr = &s.stderr
	stdout, err := s.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { _ = s.Process.Kill() })
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	require.NoError(t, err, "it said nothing but %s", &s.stderr)
	require.Regexp(t, `^winnow serves .+ \(bundle [0-9a-f]{12}\) on http://127\.0\.0\.1:\d+, `, first)
	s.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(first)
	go func() {
		rest, _ := io.ReadAll(lines)
		s.out <- string(rest)
	}()
	return s
}

// end waits for the process.
func (s *server) end() error {
	<-s.out
	return s.Wait()
}

func bundleDir(t *testing.T, rules string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(rules), 0o600))
	return dir
}

func post(url, body string, header ...string) (int, string, error) {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(b)
}

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
		for key, answer := range loadUntilKilled(t, s, round) {
			keyed[key] = answer
		}
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

// lockedBuffer is what a running process has said so far.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
