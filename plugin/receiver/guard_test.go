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

	"github.com/winnow-gate/winnow/plugin/receiver"
)

// raw sends bytes as they are and returns the statuses of all answers, and
// whether the connection was closed after them: one that stays open answers
// another request.
func raw(t *testing.T, x *site, text string) (statuses []int, closed bool) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(x.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	for in := bufio.NewReader(conn); ; {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return statuses, true
		}
		_, _ = io.Copy(io.Discard, res.Body)
		if res.StatusCode == 204 {
			return statuses, false
		}
		statuses = append(statuses, res.StatusCode)
		_, _ = io.WriteString(conn, "OPTIONS /livez HTTP/1.1\r\nHost: x\r\n\r\n") // 204
	}
}

// A request whose end is seen in two places could carry another one past a
// proxy's rules.
func TestRequestsWithTwoEndsAreRefused(t *testing.T) {
	x := withSource(t, nil)
	const head = "POST /v1/in/shop HTTP/1.1\r\nHost: x\r\nX-Winnow-Key: shop-secret-0001\r\n"
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(polish), polish)
	length := fmt.Sprintf("Content-Length: %d\r\n", len(polish))
	hidden := "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
	statuses, closed := raw(t, x, head+length+"\r\n"+polish)
	require.Equal(t, []int{200}, statuses)
	require.False(t, closed)
	// Servers disagree on chunks with extensions and lone line feeds, so that
	// nothing is taken for a request after them.
	for _, chunks := range []string{chunked, strings.Replace(chunked, "\r\n", ";a=b\r\n", 1), strings.TrimSuffix(chunked, "\r\n") + "X-A: b\r\n\r\n"} {
		statuses, closed = raw(t, x, head+"Transfer-Encoding: chunked\r\n\r\n"+chunks+hidden)
		require.Equal(t, []int{200}, statuses)
		require.True(t, closed)
	}
	for name, text := range map[string]string{
		"two lengths":         head + "Content-Length: 5\r\n" + length + "\r\n" + polish,
		"the same twice":      head + length + length + "\r\n" + polish,
		"length and chunks":   head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + hidden,
		"chunks and length":   head + "transfer-encoding: chunked\r\n" + length + "\r\n" + chunked + hidden,
		"two encodings":       head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunked,
		"unknown encoding":    head + "Transfer-Encoding: xchunked\r\n\r\n" + chunked,
		"two codings":         head + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked,
		"a vertical tab":      head + "Transfer-Encoding: \vchunked\r\n\r\n" + chunked,
		"no encoding":         head + "Transfer-Encoding: identity\r\n\r\n" + hidden,
		"chunks in HTTP/1.0":  strings.Replace(head, "/1.1", "/1.0", 1) + "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
		"a lone return":       head + "X-A: b\rTransfer-Encoding: chunked\r\n" + length + "\r\n" + polish,
		"a NUL":               head + "X-A: b\x00\r\n" + length + "\r\n" + polish,
		"nothing, then other": head + "Content-Length: 0\r\n" + length + "\r\n" + hidden,
	} {
		statuses, closed := raw(t, x, text)
		require.Equal(t, []int{400}, statuses, name)
		require.True(t, closed, name)
	}
}

// Who does not show the secret is refused before a large body is read.
func TestStrangersBodiesAreNotRead(t *testing.T) {
	x := withSource(t, nil)
	begin := "POST /v1/in/shop HTTP/1.1\r\nHost: x\r\nX-Winnow-Key: %s\r\nContent-Length: 200000\r\n\r\n{"
	statuses, closed := raw(t, x, fmt.Sprintf(begin, "wrong-secret-0001"))
	require.Equal(t, []int{401}, statuses, "the answer waits for a body that never comes")
	require.True(t, closed)
	rest := polish[1:] + strings.Repeat(" ", 200_000-len(polish))
	statuses, _ = raw(t, x, fmt.Sprintf(begin, "shop-secret-0001")+rest)
	require.Equal(t, []int{200}, statuses, "who shows it is waited for")
	statuses, _ = raw(t, x, "POST /v1/in/shop HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n")
	require.Equal(t, []int{401}, statuses)
	status, body, _ := x.call("POST", "/v1/in/shop", strings.NewReader(strings.Repeat(" ", 250<<10)), "X-Winnow-Key", "wrong-secret-0001")
	require.Equal(t, 401, status, "a client that sends it all gets its answer: %s", body)
	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(strings.Repeat(" ", 250<<10)+polish), "X-Winnow-Key", "shop-secret-0001")
	require.Equal(t, 200, status, body)
}

// Addresses are taken as they are written: no dots, doubled slashes or escapes
// lead to another source or out of the sources.
func TestPathsLeadNowhereElse(t *testing.T) {
	x := withSource(t, nil)
	for path, want := range map[string]int{
		"/v1/in/../bundle":              404,
		"/v1/in/shop/../../bundle":      401, // the source's own, and it wants its secret
		"/v1/in/other/../shop":          404,
		"/v1/in/%73hop":                 404,
		"//v1/in/shop":                  404,
		"/v1/in//shop":                  404,
		"/v1/in/shop%2f..%2f..%2flivez": 404,
		"/V1/IN/shop":                   404,
	} {
		statuses, _ := raw(t, x, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
		require.Equal(t, []int{want}, statuses, path)
	}
}

// A stream's body is left for its handler to read: where another handler
// answers, it must not be taken for the next request.
func TestAStreamThatIsRefusedIsNoRequest(t *testing.T) {
	keys, err := receiver.ParseKeys(strings.NewReader("a " + strings.Repeat("0", 64) + " decide"))
	require.NoError(t, err)
	x := withSource(t, keys)
	const hidden = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, head := range map[string]string{
		"no key":      "POST /v1/screen HTTP/1.1",
		"a query":     "POST /v1/screen?now=x HTTP/1.1",
		"absolute":    "POST http://x/v1/screen HTTP/1.1",
		"old HTTP":    "POST /v1/screen HTTP/1.0\r\nConnection: keep-alive",
		"no handler":  "POST /v1/screen/ HTTP/1.1",
		"other case":  "POST /v1/SCREEN HTTP/1.1",
		"the mark":    "POST http://x/v1/screen HTTP/1.1\r\nX-Winnow-Stream-Body: 400",
		"other marks": "POST /v1/decide HTTP/1.1\r\nX-Winnow-Guard: stranger\r\nX-Winnow-Stream-Body: 0",
	} {
		statuses, _ := raw(t, x, fmt.Sprintf("%s\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", head, len(hidden), hidden))
		require.Len(t, statuses, 1, name)
		require.Contains(t, []int{401, 404}, statuses[0], name)
	}
}

// The marks that a header gets are not for clients to send, at the end of a body
// least of all: they would make other people's requests theirs.
func TestMarksAreNotForClients(t *testing.T) {
	x := withSource(t, nil)
	for _, name := range []string{"X-Winnow-Guard", "Winnow:Guard", "winnow:guard"} {
		for _, why := range []string{"received", "streaming", "stranger", "two ends"} {
			statuses, _ := raw(t, x, fmt.Sprintf("POST /v1/in/shop HTTP/1.1\r\nHost: x\r\nX-Winnow-Key: shop-secret-0001\r\nTransfer-Encoding: chunked\r\n\r\n"+
				"%x\r\n%s\r\n0\r\n%s: %s\r\n%s: 400\r\n\r\n", len(polish), polish, name, why, strings.Replace(name, "uard", "uard-Body", 1)))
			require.Equal(t, []int{200}, statuses, "%s: %s", name, why)
		}
	}
}
