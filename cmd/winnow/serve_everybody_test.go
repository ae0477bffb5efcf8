package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// posts is how many contacts the drill has; WINNOW_LISTMONK_POSTS=100000 go test -run
// EverybodyOnce -v -timeout 40m ./cmd/winnow takes some minutes and runs it with
// the number that is promised.
func posts(t *testing.T) int {
	text := os.Getenv("WINNOW_LISTMONK_POSTS")
	if text == "" {
		return 2000
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "WINNOW_LISTMONK_POSTS")
	return n
}

// drilled is winnow serve, which is killed and started again.
type drilled struct {
	*listServer
	mu   sync.Mutex // guards listServer.server
	peak int        // largest resident memory seen, in KiB
}

// kill is kill -9, and a new start.
func (w *drilled) kill() {
	w.mu.Lock() // nobody gets an address before there is one that answers
	defer w.mu.Unlock()
	w.measure()
	require.NoError(w.t, w.Process.Kill())
	require.Error(w.t, w.end())
	w.server = serve(w.t, w.args...)
}

// measure notes the peak memory, where the system tells it.
func (w *drilled) measure() {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.Process.Pid))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(text)) {
		var kib int
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			w.peak = max(w.peak, kib)
		}
	}
}

func (w *drilled) address() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.url + "/v1/in/lists"
}

// kills is how often winnow is killed under the posts.
const kills = 2

// deliver posts a contact's message, and again where winnow was killed under it: so a
// message that was taken while its answer got lost comes twice. Any other answer than
// 200 is an error: listmonk asks only once.
func (w *drilled) deliver(client *http.Client, i int) error {
	var err error
	for range kills + 1 {
		var res *http.Response
		res, err = w.post(client, message(i))
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", res.StatusCode)
		}
		return nil
	}
	return fmt.Errorf("contact %d was never taken: %w", i, err)
}

// post waits while winnow is down.
func (w *drilled) post(client *http.Client, body []byte) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodPost, w.address(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth("listmonk", "s3cret-postback")
	return client.Do(req)
}

// suppressed reports whether the rules leave a contact out.
func suppressed(i int) bool { return i%7 == 3 }

func contactOf(i int) string { return fmt.Sprintf("c%d@example.test", i) }

func message(i int) []byte {
	orders := 1
	if suppressed(i) {
		orders = 6
	}
	return fmt.Appendf(nil, `{"subject":"[[winnow:hero.headline|October]]","from_email":"Shop <news@shop.test>","content_type":"html",`+
		`"body":"<h1>[[winnow:hero.headline|Hello]]</h1><p>%s</p>","recipients":[{"uuid":"c%d","email":"%s","name":"N","attribs":{"country":"PL","order_count":%d},"status":"enabled"}],`+
		`"campaign":{"from_email":"Shop <news@shop.test>","uuid":"october","name":"October","headers":[],"tags":["oct"]},"attachments":null}`,
		strings.Repeat("A paragraph of the newsletter. ", 150), i, contactOf(i), orders)
}

// flaky is a mail server that now and then says no for now or breaks off, each
// time anew.
func flaky(seed uint64) func(int, string) relaytest.Fault {
	var mu sync.Mutex
	rnd := rand.New(rand.NewPCG(seed, 1))
	return func(int, string) relaytest.Fault {
		mu.Lock()
		defer mu.Unlock()
		switch p := rnd.IntN(10_000); {
		case p < 500:
			return relaytest.Busy
		case p < 900:
			return relaytest.BusyAtEnd
		case p < 1000:
			return relaytest.GoingDown
		case p < 1050:
			return relaytest.Reset
		case p < 1060:
			return relaytest.ResetTaken
		case p < 1070:
			return relaytest.ResetNotTaken
		}
		return relaytest.None
	}
}

// Posts at full speed, a mail server that fails one time in ten and is away
// once, winnow killed twice: every contact whom the rules let through is mailed
// exactly once, or at most once and reported; nobody else is mailed.
func TestEverybodyOnce(t *testing.T) {
	n := posts(t)
	w := &drilled{listServer: newListServer(t, relaytest.Options{Fault: flaky(2026)})}
	sink := w.sink
	began := time.Now()
	posting := postAll(t, w, n)
	w.mishaps(sink, n)
	require.NoError(t, <-posting)
	took := time.Since(began)
	w.drained()
	t.Logf("%d posts taken in %v (%.0f/s), delivered in %v (%.0f/s)", n, took, float64(n)/took.Seconds(),
		time.Since(began), float64(sink.Total())/time.Since(began).Seconds())
	w.measure()
	w.stop()
	w.verify(sink, n)
}

// postAll posts all contacts from 25 connections, one in twenty of them twice.
func postAll(t *testing.T, w *drilled, n int) <-chan error {
	const connections = 25
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}, Timeout: time.Minute}
	var next atomic.Int64
	failed := make(chan error, connections)
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				err := w.deliver(client, i)
				if err == nil && i%20 == 0 {
					err = w.deliver(client, i)
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	done := make(chan error, 1)
	go func() {
		wg.Wait()
		close(failed)
		done <- <-failed
	}()
	return done
}

// mishaps kills winnow after a quarter and after three quarters of the
// deliveries, and has the mail server restart in between.
func (w *drilled) mishaps(sink *relaytest.Sink, n int) {
	await := func(part int) {
		require.Eventually(w.t, func() bool { return sink.Total() >= n*part/4*6/7 }, time.Hour, 2*time.Millisecond)
	}
	await(1)
	w.kill()
	await(2)
	sink.Down()
	w.missed()
	require.NoError(w.t, sink.Up())
	await(3)
	w.kill()
}

// missed waits until a letter has found the mail server away.
func (w *drilled) missed() {
	d, err := relay.OpenDesk(w.db+".relay", nil)
	require.NoError(w.t, err)
	defer d.Close()
	require.Eventually(w.t, func() bool {
		list, err := d.List(context.Background(), []relay.State{relay.Waiting}, 0, 1<<20)
		require.NoError(w.t, err)
		return slices.ContainsFunc(list, func(e relay.Entry) bool { return strings.HasPrefix(e.Why, "no connection to ") })
	}, time.Minute, 20*time.Millisecond)
}

// drained waits until nothing waits any more.
func (w *drilled) drained() {
	d, err := relay.OpenDesk(w.db+".relay", nil)
	require.NoError(w.t, err)
	defer d.Close()
	require.Eventually(w.t, func() bool {
		list, err := d.List(context.Background(), []relay.State{relay.Waiting, relay.Sending}, 0, 1)
		require.NoError(w.t, err)
		return len(list) == 0
	}, time.Hour, 20*time.Millisecond)
}

func (w *drilled) verify(sink *relaytest.Sink, n int) {
	t := w.t
	d, err := relay.OpenDesk(w.db+".relay", nil)
	require.NoError(t, err)
	defer d.Close()
	reported := map[string]bool{}
	list, err := d.List(t.Context(), []relay.State{relay.Dead, relay.Unsure}, 0, n)
	require.NoError(t, err)
	for _, e := range list {
		require.Equal(t, "unsure", e.State, e.Why)
		_, l, err := d.Show(t.Context(), e.ID)
		require.NoError(t, err)
		reported[l.To] = true
	}
	mailed, doubts, cuts := sink.Counts(), sink.Doubts(), sink.Cuts()
	for i := range n {
		got, to := mailed[contactOf(i)], contactOf(i)
		switch {
		case suppressed(i):
			require.Zero(t, got, "%s is suppressed", to)
		case reported[to]:
			require.LessOrEqual(t, got, 1, to)
		default:
			require.Equal(t, 1, got, to)
		}
	}
	for id, times := range sink.IDs() {
		require.Equal(t, 1, times, id)
	}
	broken := 0
	for to := range reported {
		if doubts[to]+cuts[to] == 0 {
			broken++
		}
	}
	require.LessOrEqual(t, broken, 3*16, "no more are in doubt than were under way when something broke")
	t.Logf("%d mailed once, %d reported as unsure (%d resets after the message), peak memory %d MiB",
		len(mailed), len(reported), len(doubts), w.peak>>10)
	if w.peak > 0 {
		require.Less(t, w.peak>>10, 400, "memory does not grow with the queue")
	}
}
