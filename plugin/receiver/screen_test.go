package receiver_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

const streamRules = `winnow: 1
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    why: not_for_them
    when: orders.returns_count >= 5
    action: suppress
`

// streaming serves the rules above and returns the address.
func streaming(t *testing.T, o receiver.Options) string {
	t.Helper()
	g, err := gate.New(gate.Options{Clock: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }, Deadline: time.Minute})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte(streamRules)}}))
	r, err := receiver.New(g, patient(o))
	require.NoError(t, err)
	ln, err := receiver.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, g.Close())
	})
	return ln.Addr().String()
}

func screened(t *testing.T, addr string, body io.Reader, headers ...string) (int, []string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, "http://"+addr+"/v1/screen", body)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestScreenAnswersLineByLine(t *testing.T) {
	addr := streaming(t, receiver.Options{MaxBody: 1000})
	lines := `{"contact":{"id":"a"},"orders":{"returns_count":5}}` + "\r\n\n" + `{"contact":` + "\n" +
		`{"contact":{"id":"` + strings.Repeat("x", 5000) + `"}}` + "\n" + `{"contact":{"id":"b"}}`
	for name, body := range map[string]io.Reader{
		"with a length": strings.NewReader(lines),
		"in chunks":     io.MultiReader(strings.NewReader(lines)), // a reader of unknown length
	} {
		status, out := screened(t, addr, body)
		require.Equal(t, 200, status, name)
		require.Len(t, out, 4, name)
		require.Contains(t, out[0], `{"decision_id":"","send":false,"action":"suppress"`, name)
		require.Contains(t, out[1], `"status":400`, name)
		require.Contains(t, out[1], `"index":1`, name)
		require.Contains(t, out[2], `"status":413`, name)
		require.Contains(t, out[3], `"send":true`, name)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := io.WriteString(z, lines)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	_, out := screened(t, addr, &packed, "Content-Encoding", "gzip")
	require.Len(t, out, 4)
	_, out = screened(t, addr, strings.NewReader(""))
	require.Equal(t, []string{""}, out)
}

func TestScreenRefusesBeforeItBegins(t *testing.T) {
	addr := streaming(t, receiver.Options{})
	for want, headers := range map[int][]string{
		415: {"Content-Type", "text/csv"},
	} {
		status, out := screened(t, addr, strings.NewReader(strings.Repeat("x\n", 1<<20)), headers...)
		require.Equal(t, want, status)
		require.Contains(t, out[0], `"instance":"/v1/screen"`)
	}
	resp, err := http.Post("http://"+addr+"/v1/screen?at=noon", "", strings.NewReader("{}"))
	require.NoError(t, err)
	require.Equal(t, 400, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
	resp, err = http.Get("http://" + addr + "/v1/screen")
	require.NoError(t, err)
	require.Equal(t, 405, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
	// Nobody can say where the body of a stream is.
	status, _ := screened(t, addr, strings.NewReader(`{"contact":{"id":"a"}}`), "X-Winnow-Stream-Body", "7")
	require.Equal(t, 200, status)
}

// A client that waits for each answer before it sends the next line gets them:
// nothing waits for the end of the body.
func TestScreenStreamsBothWays(t *testing.T) {
	addr := streaming(t, receiver.Options{})
	in, send := io.Pipe()
	req, err := http.NewRequest(http.MethodPost, "http://"+addr+"/v1/screen?at=2030-01-01T00:00:00Z", in)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, "application/x-ndjson", resp.Header.Get("Content-Type"))
	require.Len(t, resp.Header.Get("X-Winnow-Bundle"), 64)
	answers := bufio.NewReader(resp.Body)
	for i := range 20 {
		_, err := fmt.Fprintf(send, "{\"contact\":{\"id\":\"c%d\"},\"orders\":{\"returns_count\":%d}}\n", i, i)
		require.NoError(t, err)
		line, err := answers.ReadBytes('\n')
		require.NoError(t, err)
		var d struct{ Send bool }
		require.NoError(t, json.Unmarshal(line, &d))
		require.Equal(t, i < 5, d.Send)
	}
	require.NoError(t, send.Close())
	_, err = answers.ReadByte()
	require.ErrorIs(t, err, io.EOF)
}

// A client that does not read is not read from either: its sending comes to a
// halt long before all has been taken in.
func TestScreenPushesBack(t *testing.T) {
	addr := streaming(t, receiver.Options{IdleTimeout: 2 * time.Second})
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /v1/screen HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
	require.NoError(t, err)
	line := []byte(strings.Repeat(`{"contact":{"id":"a"}}`+"\n", 1000))
	sent := 0
	for sent < 1_000_000_000 {
		n, err := conn.Write(line)
		sent += n
		if err != nil { // the server lost its patience
			break
		}
	}
	require.Less(t, sent, 200_000_000)
}

// What is cut off looks cut off, and one end of a connection closing is not the
// end of the server.
func TestScreenThatIsCutOffHasNoEnd(t *testing.T) {
	addr := streaming(t, receiver.Options{})
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "POST /v1/screen HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"contact\":{\"id\":\"a\"}}\n")
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	out, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Contains(t, string(out), `"send":true`)
	require.NotContains(t, string(out), "\r\n0\r\n")
	require.NoError(t, conn.Close())
	status, _ := screened(t, addr, strings.NewReader("{}"))
	require.Equal(t, 200, status)
}

// The other addresses keep their limits.
func TestStreamingLeavesOtherLimitsAlone(t *testing.T) {
	addr := streaming(t, receiver.Options{MaxBody: 1000, MaxBatchBody: 2000})
	for path, size := range map[string]int{"/v1/decide": 1001, "/v1/decide/batch": 2001} {
		resp, err := http.Post("http://"+addr+path, "application/json", strings.NewReader(strings.Repeat(" ", size)))
		require.NoError(t, err)
		require.Equal(t, 413, resp.StatusCode, path)
		require.NoError(t, resp.Body.Close())
	}
	big := strings.Repeat(`{"contact":{"id":"a"}}`+"\n", 1<<16)
	status, out := screened(t, addr, strings.NewReader(big))
	require.Equal(t, 200, status)
	require.Len(t, out, 1<<16)
}

// Who is slowed down has all that is ready, and the server's end does not wait until
// the rest may come.
func TestScreenSlowedDown(t *testing.T) {
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	defer g.Close()
	require.NoError(t, g.Reload(t.Context(), fstest.MapFS{"rules.yaml": {Data: []byte(streamRules)}}))
	r, err := receiver.New(g, receiver.Options{Rate: 1e-6, MaxBatch: 1, Burst: 1, Grace: time.Millisecond})
	require.NoError(t, err)
	ln, err := receiver.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Serve(ctx, ln) }()
	conn, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /v1/screen HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"+strings.Repeat(`{"contact":{"id":"a"}}`+"\n", 100))
	require.NoError(t, err)
	answers := bufio.NewReader(conn)
	for line := ""; !strings.Contains(line, `"send":true`); {
		line, err = answers.ReadString('\n')
		require.NoError(t, err)
	}
	stop()
	require.ErrorContains(t, <-ended, "requests were cut off")
}

// A body that is not packed as it says is a problem, as for every other address.
func TestScreenOfABodyThatIsNotPacked(t *testing.T) {
	addr := streaming(t, receiver.Options{})
	status, out := screened(t, addr, strings.NewReader(strings.Repeat(`{"contact":{"id":"a"}}`+"\n", 1<<16)), "Content-Encoding", "gzip")
	require.Equal(t, 400, status)
	require.Contains(t, out[0], `"urn:winnow:problem:bad-encoding"`)
	require.Contains(t, out[0], `"instance":"/v1/screen"`)
}

// A byte-order mark is let pass, as in the file that the lines were taken from.
func TestScreenOfLinesWithAMark(t *testing.T) {
	addr := streaming(t, receiver.Options{})
	const lines = `{"contact":{"id":"a"}}` + "\n" + `{"contact":{"id":"b"}}` + "\n"
	_, want := screened(t, addr, strings.NewReader(lines))
	_, got := screened(t, addr, strings.NewReader("\ufeff"+lines))
	require.Equal(t, want, got)
}
