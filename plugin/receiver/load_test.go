package receiver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules"
)

// versioned is a bundle that says its version in both of its slots, and in the
// content of one.
func versioned(v int) string {
	return strings.ReplaceAll(`winnow: 1
slots:
  hero: {default: vN, variants: {vN: {n: N}}}
  footer: {default: vN, variants: {vN: {}}}
`, "N", strconv.Itoa(v))
}

// A thousand reloads under load, every third of a broken bundle: no request
// fails, and none sees a mix of two bundles.
func TestReloadsUnderLoad(t *testing.T) {
	const reloads, clients = 1000, 8
	x := start(t, setup{rules: versioned(0)})
	var digests sync.Map // of bundle → version
	digests.Store(x.gate.Bundle().Digest(), 0)
	var stop atomic.Bool
	var asked atomic.Int64
	failures := make(chan error, clients)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for !stop.Load() {
				if err := askVersion(x, c, &digests); err != nil {
					failures <- err
					return
				}
				asked.Add(1)
			}
		})
	}
	for v := 1; v <= reloads; v++ {
		if v%3 == 0 {
			require.Error(t, x.gate.Reload(context.Background(), files(versioned(v)+"  broken: {}\n")))
			continue
		}
		fsys := files(versioned(v))
		b, _ := rules.Compile(fsys, rules.Options{})
		digests.Store(b.Digest(), v)
		require.NoError(t, x.gate.Reload(context.Background(), fsys))
		for at := asked.Load(); v%50 == 0 && asked.Load() == at && len(failures) == 0; { // let requests meet bundles
		}
	}
	stop.Store(true)
	wg.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	m := x.gate.Metrics()
	require.EqualValues(t, 1+reloads-reloads/3, m.Reloads)
	require.EqualValues(t, reloads/3, m.FailedReloads)
	t.Logf("%d requests, single and in batches of two, met %d reloads", asked.Load(), reloads)
}

// askVersion asks for one or two decisions and fails unless each is of one
// bundle through and through.
func askVersion(x *site, client int, digests *sync.Map) error {
	body, path := fmt.Sprintf(`{"contact":{"id":"c%d"}}`, client), "/v1/decide"
	if client%2 == 1 {
		body, path = "["+body+","+body+"]", "/v1/decide/batch"
	}
	r, err := x.try(http.MethodPost, path, strings.NewReader(body))
	if err != nil {
		return err
	}
	if r.status != http.StatusOK {
		return fmt.Errorf("status %d: %s", r.status, r.body)
	}
	answers, err := readAnswers(r.body)
	if err != nil {
		return err
	}
	for _, a := range answers {
		v, known := digests.Load(a.Bundle)
		word := fmt.Sprintf("v%v", v)
		if !known || a.Variants["hero"] != word || a.Variants["footer"] != word || fmt.Sprint("v", a.Content["hero"].N) != word || a.Degraded || a.Bundle != answers[0].Bundle {
			return fmt.Errorf("a mix of bundles: %s", r.body)
		}
	}
	return nil
}

// Whoever got an answer finds it in the log, whenever the server was told to
// end; and requests that it had begun are answered.
func TestShutdownLosesNothing(t *testing.T) {
	x := start(t, setup{})
	const clients = 16
	var mu sync.Mutex
	answers := map[string]string{} // id → bytes
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for {
				r, err := x.try(http.MethodPost, "/v1/decide", strings.NewReader(fmt.Sprintf(`{"contact":{"id":"c%d"}}`, c)))
				if err != nil {
					return // the connection was closed while idle, or refused
				}
				a := r.answer(t)
				require.False(t, a.Degraded)
				mu.Lock()
				if answers[a.ID] = string(r.body); len(answers) == 500 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	require.NoError(t, x.stop())
	wg.Wait()
	for id, body := range answers {
		n, err := gate.ParseID(id)
		require.NoError(t, err)
		rec, ok, err := x.gate.Decision(context.Background(), n)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, body, string(rec.Answer))
	}
}

// A server that is told to end before it began ends all the same.
func TestShutdownBeforeServing(t *testing.T) {
	x := start(t, setup{})
	for range 200 {
		ln, err := receiver.Listen("127.0.0.1:0", nil)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		hook, err := receiver.New(x.gate, receiver.Options{})
		require.NoError(t, err)
		require.NoError(t, hook.Serve(ctx, ln))
	}
}

// A request that is being read when the server ends is still answered, readyz
// says no, and the connection is closed.
func TestShutdownFinishesWhatIsUnderWay(t *testing.T) {
	x := start(t, setup{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(x.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(polish))
	require.NoError(t, err)
	replies := bufio.NewReader(conn)
	line, err := replies.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "100 Continue") // the server has begun to read
	_, err = replies.ReadString('\n')
	require.NoError(t, err)

	idleApp := x.hook.App() // answers without a connection
	ended := make(chan error, 1)
	go func() { ended <- x.stop() }()
	for !notReady(t, idleApp) {
	}
	_, err = io.WriteString(conn, polish)
	require.NoError(t, err)
	r, err := http.ReadResponse(replies, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Equal(t, http.StatusOK, r.StatusCode, "%s", body)
	require.Contains(t, string(body), `"send":true`)
	require.NoError(t, <-ended)
	_, err = x.try(http.MethodGet, "/livez", strings.NewReader(""))
	require.Error(t, err)
	require.False(t, errors.Is(err, io.EOF))
}
