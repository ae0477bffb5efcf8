package receiver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// signedSite has a source "shop" whose calls prove who sends them by a signature
// over their whole body, of at most 512 KiB, and room for 1 MiB of such bodies.
func signedSite(t *testing.T) (*site, *verify.Scheme) {
	t.Helper()
	x := start(t, setup{})
	scheme, err := verify.New(verify.Shopify, []verify.Secret{"shop-secret-0001"}, verify.Options{})
	require.NoError(t, err)
	s, err := platform.NewSource(generic.Platform(), platform.Options{Name: "shop", Scheme: scheme, MaxBody: 512 << 10}, x.gate)
	require.NoError(t, err)
	x.hook, err = receiver.New(x.gate, patient(receiver.Options{Sources: []receiver.Source{s}, MaxUnproven: 1 << 20}))
	require.NoError(t, err)
	x.listen()
	return x, scheme
}

// signed is a call of so many bytes.
func signed(t *testing.T, scheme *verify.Scheme, size int) (body string, header []string) {
	t.Helper()
	body = polish + strings.Repeat(" ", size-len(polish))
	r, err := scheme.Sign(verify.Request{Method: "POST", Path: "/v1/in/shop", Body: []byte(body)})
	require.NoError(t, err)
	header = []string{"Content-Type", "application/json"}
	for _, f := range r.Header {
		header = append(header, f.Name, f.Value)
	}
	return body, header
}

// line is a connection that bytes are sent over as they are.
type line struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, x *site) *line {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(x.url, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return &line{t, conn, bufio.NewReader(conn)}
}

func (l *line) send(format string, args ...any) {
	l.t.Helper()
	_, err := fmt.Fprintf(l.Conn, format, args...)
	require.NoError(l.t, err)
}

// answer reads a response, and reports whether the connection is closed after it.
func (l *line) answer() (r *http.Response, body string, closed bool) {
	l.t.Helper()
	r, err := http.ReadResponse(l.in, nil)
	require.NoError(l.t, err)
	out, err := io.ReadAll(r.Body)
	require.NoError(l.t, err)
	if r.Close {
		_, err = l.in.ReadByte()
		require.ErrorIs(l.t, err, io.EOF)
	}
	return r, string(out), r.Close
}

// begin announces a body of so many bytes.
func (l *line) begin(path string, length int, header ...string) {
	l.t.Helper()
	l.send("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n", path, length)
	for i := 0; i < len(header); i += 2 {
		l.send("%s: %s\r\n", header[i], header[i+1])
	}
	l.send("\r\n")
}

// Announcing bodies takes nobody's room: only bytes that came do.
func TestAnnouncedBodiesTakeNoRoom(t *testing.T) {
	x, scheme := signedSite(t)
	var idle []*line
	for range 20 {
		l := dial(t, x)
		l.begin("/v1/in/shop", 500<<10)
		l.send("{")
		idle = append(idle, l)
	}
	body, header := signed(t, scheme, 400<<10)
	status, answer, _ := x.call("POST", "/v1/in/shop", strings.NewReader(body), header...)
	require.Equal(t, 200, status, answer)
	for _, l := range idle { // their room stood all the while
		l.send("%s", strings.Repeat(" ", 500<<10-1))
		r, _, _ := l.answer()
		require.Equal(t, 401, r.StatusCode)
	}
}

// When bodies of senders who have proved nothing fill the room, the one that has
// been coming for longest makes place: who sends on is served, and who waits is
// told to come again.
func TestABodyThatDawdlesMakesRoom(t *testing.T) {
	x, scheme := signedSite(t)
	first := make(chan string, 3)
	var slow []*line
	for range 3 {
		l := dial(t, x)
		l.begin("/v1/in/shop", 500<<10)
		l.send("%s", strings.Repeat(" ", 400<<10))
		slow = append(slow, l)
		go func() {
			r, err := http.ReadResponse(l.in, nil)
			if err != nil {
				first <- err.Error()
				return
			}
			first <- r.Status + " " + r.Header.Get("Retry-After")
		}()
	}
	require.Equal(t, "503 Service Unavailable 1", <-first)
	whole, header := signed(t, scheme, 400<<10)
	status, answer, _ := x.call("POST", "/v1/in/shop", strings.NewReader(whole), header...)
	require.Equal(t, 200, status, answer)
	for _, l := range slow {
		_, _ = io.WriteString(l, strings.Repeat(" ", 100<<10)) // one is closed, or two
	}
	answers := []string{<-first, <-first}
	require.Contains(t, answers, "401 Unauthorized ", "the others were not forgotten")
}

// However a large signed body comes, it is checked whole and answered.
func TestLargeSignedBodies(t *testing.T) {
	x, scheme := signedSite(t)
	for _, size := range []int{1 << 10, 16 << 10, 16<<10 + 1, 100 << 10, 512 << 10} {
		body, header := signed(t, scheme, size)
		status, answer, _ := x.call("POST", "/v1/in/shop", strings.NewReader(body), header...)
		require.Equal(t, 200, status, "%d: %s", size, answer)
		status, answer, _ = x.call("POST", "/v1/in/shop", unsized{strings.NewReader(body)}, header...)
		require.Equal(t, 200, status, "%d in chunks: %s", size, answer)
		status, _, _ = x.call("POST", "/v1/in/shop", strings.NewReader(body+" "), header...)
		require.Contains(t, []int{401, 413}, status)
	}
	body, header := signed(t, scheme, 512<<10+1)
	status, answer, _ := x.call("POST", "/v1/in/shop", strings.NewReader(body), header...)
	require.Equal(t, 413, status)
	require.Contains(t, answer, "524288")
	status, answer, _ = x.call("POST", "/v1/in/shop", unsized{strings.NewReader(body)}, header...)
	require.Equal(t, 413, status)
	require.Contains(t, answer, "524288")

	body, header = signed(t, scheme, 100<<10)
	l := dial(t, x)
	l.begin("/v1/in/shop", len(body), append(header, "Expect", "100-continue")...)
	r, err := http.ReadResponse(l.in, nil)
	require.NoError(t, err)
	require.Equal(t, 100, r.StatusCode)
	l.send("%s", body)
	r, answer, _ = l.answer()
	require.Equal(t, 200, r.StatusCode, answer)

	for name, text := range map[string]string{
		"a chunk that is none": "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
		"a chunk too long":     "Transfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n",
	} {
		l = dial(t, x)
		l.send("POST /v1/in/shop HTTP/1.1\r\nHost: x\r\n%s", text)
		r, answer, closed := l.answer()
		require.Equal(t, 400, r.StatusCode, "%s: %s", name, answer)
		require.True(t, closed)
	}
}

// Requests of no known key are refused before a large body is read, by whatever
// method.
func TestLargeBodiesWithoutAKeyAreNotRead(t *testing.T) {
	keys, err := receiver.ParseKeys(strings.NewReader("a " + strings.Repeat("0", 64) + " decide"))
	require.NoError(t, err)
	x := withSource(t, keys)
	const length = "Content-Length: 200000"
	var lines []*line
	cases := []struct {
		method, path, framing string
		want                  int
	}{
		{"POST", "/v1/decide/batch", length, 401},
		{"POST", "/v1/decide/batch", "Transfer-Encoding: chunked", 401},
		{"POST", "/v1/decide/batch", length + "\r\nExpect: 100-continue", 401},
		{"POST", "/v1/decide", length, 401},
		{"GET", "/v1/bundle", length, 401},
		{"POST", "/nowhere", length, 404},
		{"POST", "http://x/v1/in/shop?x", length, 401},
		{"GET", "/v1/in/shop", length, 401},
		{"POST", "/livez", length, 405},
	}
	for _, c := range cases {
		l := dial(t, x)
		l.send("%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", c.method, c.path, c.framing)
		lines = append(lines, l)
	}
	for i, c := range cases {
		r, body, closed := lines[i].answer()
		require.Equal(t, c.want, r.StatusCode, "%v: %s", c, body)
		require.True(t, closed)
	}
}

// A body that is still coming when the server ends is waited for.
func TestShutdownFinishesALargeBody(t *testing.T) {
	x, scheme := signedSite(t)
	body, header := signed(t, scheme, 100<<10)
	l := dial(t, x)
	l.begin("/v1/in/shop", len(body), append(header, "Expect", "100-continue")...)
	r, err := http.ReadResponse(l.in, nil)
	require.NoError(t, err)
	require.Equal(t, 100, r.StatusCode)
	l.send("%s", body[:50<<10])
	idleApp := x.hook.App()
	ended := make(chan error, 1)
	go func() { ended <- x.stop() }()
	for !notReady(t, idleApp) {
	}
	l.send("%s", body[50<<10:])
	r, answer, _ := l.answer()
	require.Equal(t, 200, r.StatusCode, answer)
	require.NoError(t, <-ended)
}
