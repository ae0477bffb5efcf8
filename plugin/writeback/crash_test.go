package writeback_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// The child of the crash test is this binary again, told what to do by its
// environment: the queue, the platform's address, and the round.
const crashQueue, crashURL, crashRound = "WINNOW_CRASH_QUEUE", "WINNOW_CRASH_URL", "WINNOW_CRASH_ROUND"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashQueue); path != "" {
		if err := writeForever(path, os.Getenv(crashURL), os.Getenv(crashRound)); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// toHost sends every request to one host.
type toHost struct{ host string }

func (h toHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Host = h.host
	return http.DefaultTransport.RoundTrip(r)
}

func openChild(path, address string, clock func() time.Time) (*writeback.Queue, *writeback.Engine, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, err
	}
	q, err := writeback.OpenQueue(path, clock)
	if err != nil {
		return nil, nil, err
	}
	e, err := writeback.New(writeback.Options{Queue: q, Clock: clock, Targets: []writeback.Target{{
		Name: "fake", Platform: fake{writeback.Plan{Batch: 5, Parallel: 3}}, Transport: toHost{u.Host}, Timeout: time.Minute,
	}}})
	return q, e, err
}

// writeForever hands in decisions about 40 contacts over and over, and prints
// each once it is durable. With the round "" it only writes what is there.
func writeForever(path, address, round string) error {
	_, e, err := openChild(path, address, time.Now)
	if err != nil {
		return err
	}
	if round == "" {
		time.Sleep(time.Hour)
	}
	for i := range 1 << 30 {
		id, hero := fmt.Sprint("c", i%40), fmt.Sprintf("%s-%d", round, i)
		if err := e.Put(context.Background(), write(id, hero, time.Now())); err != nil {
			return err
		}
		fmt.Println(id, hero)
	}
	return nil
}

// platform is a loopback server that sets fields, and fails now and then until it
// is healed.
func platform(t *testing.T) (address string, fields func(id string) string, heal func()) {
	var mu sync.Mutex
	var well atomic.Bool
	byID, n := map[string]string{}, 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var items []fakeItem
		if json.NewDecoder(r.Body).Decode(&items) != nil {
			return // the client died
		}
		mu.Lock()
		defer mu.Unlock()
		n++
		if n%7 == 0 && !well.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		for _, it := range items {
			byID[it.ID] = it.Fields["winnow_hero"]
		}
		if n%11 == 0 && !well.Load() { // done, and the answer is lost
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, "{}")
	}))
	t.Cleanup(s.Close)
	return s.URL, func(id string) string {
		mu.Lock()
		defer mu.Unlock()
		return byID[id]
	}, func() { well.Store(true) }
}

// TestKill kills a writing process without warning, over and over on the same
// queue: what it said was durable is written in the end, or something newer is.
func TestKill(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 3
	}
	address, field, heal := platform(t)
	path := filepath.Join(t.TempDir(), "queue.db")
	latest := map[string]string{}
	for round := range rounds {
		for _, line := range runAndKill(t, path, address, fmt.Sprint("r", round), 50+97*round) {
			id, hero, ok := strings.Cut(line, " ")
			require.True(t, ok && id != "error", line)
			latest[id] = hero
		}
	}
	require.Len(t, latest, 40)
	heal()
	later := func() time.Time { return time.Now().Add(time.Hour) } // when no try has to wait any more
	q, e, err := openChild(path, address, later)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		list, err := q.List(t.Context(), writeback.Filter{})
		return err == nil && len(list) == 0
	}, time.Minute, 20*time.Millisecond, "the queue never empties")
	require.NoError(t, e.Close(t.Context()))
	require.NoError(t, q.Close())
	for id, hero := range latest {
		got := field(id)
		if got == hero {
			continue
		}
		// Killed between the commit and the line that tells of it.
		var gotRound, gotN, round, n int
		scan(t, got, &gotRound, &gotN)
		scan(t, hero, &round, &n)
		require.True(t, gotRound > round || gotRound == round && gotN > n, "%s has %s, its latest decision is %s", id, got, hero)
	}
}

func scan(t *testing.T, hero string, round, n *int) {
	_, err := fmt.Sscanf(hero, "r%d-%d", round, n)
	require.NoError(t, err, hero)
}

// runAndKill returns what the child said; it is killed after n lines of it.
func runAndKill(t *testing.T, path, address, round string, n int) (lines []string) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashQueue+"="+path, crashURL+"="+address, crashRound+"="+round)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			break // what was in the pipe when it died counts too
		}
		require.NoError(t, err)
		if lines = append(lines, strings.TrimSpace(line)); len(lines) == n {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait(), "it was killed")
	return lines
}
