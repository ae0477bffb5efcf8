package receiver_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// echo is a source that answers with the body of the call, and as its query says.
// The methods that it lacks are not called.
type echo struct {
	receiver.Source
	name     string
	standing platform.Standing
}

func (e echo) Name() string                              { return e.name }
func (e echo) Standing(*platform.Call) platform.Standing { return e.standing }
func (echo) MaxBody() int                                { return 4 << 20 }
func (echo) Roots() []string                             { return nil }

func (echo) Serve(c *platform.Call, r *platform.Reply) {
	*r = platform.Reply{Status: 200, Header: r.Header[:0], Body: append(r.Body[:0], c.Body...)}
	switch c.Query {
	case "panic":
		panic("as asked")
	case "empty":
		r.Status, r.Body = 204, r.Body[:0]
	case "nil":
		r.Body = nil
	}
}

// asked is a request, and the answer that it must get.
type asked struct {
	method, source, query string
	body                  []byte
	chunked               bool
	status                int
	want                  []byte // nil for any
}

func (a *asked) write(w *bytes.Buffer) {
	fmt.Fprintf(w, "%s /v1/in/%s?%s HTTP/1.1\r\nHost: x\r\n", a.method, a.source, a.query)
	if a.chunked {
		fmt.Fprintf(w, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(a.body), a.body)
		return
	}
	fmt.Fprintf(w, "Content-Length: %d\r\n\r\n%s", len(a.body), a.body)
}

// The body of a call and the answer lie in memory that is used again: nobody ever
// gets what is another's, whatever requests come one behind the other on a
// connection, and on others meanwhile.
func TestAnswersOfSourcesStayApart(t *testing.T) {
	x := start(t, setup{})
	var err error
	x.hook, err = receiver.New(x.gate, patient(receiver.Options{Sources: []receiver.Source{
		echo{name: "known", standing: platform.Proven}, echo{name: "unknown"},
	}}))
	require.NoError(t, err)
	x.listen()
	address := strings.TrimPrefix(x.url, "http://")
	var all sync.WaitGroup
	for who := range 6 {
		all.Go(func() {
			for round := range 3 {
				converse(t, address, requests(fmt.Sprintf("<%d.%d>", who, round)))
				// The body of somebody unknown is read apart, and the connection closed.
				large := bytes.Repeat(fmt.Appendf(nil, "<%d.%d large>", who, round), 10_000)
				converse(t, address, []asked{{method: "POST", source: "unknown", body: large, chunked: round > 0, status: 200, want: large}})
			}
		})
	}
	all.Wait()
}

// requests are of all kinds; no two have a body of the same text.
func requests(name string) []asked {
	var list []asked
	add := func(status, times int, a asked) {
		a.source, a.status = "known", status
		a.body = bytes.Repeat(fmt.Appendf(nil, "%s%d", name, len(list)), times)
		if a.method == "" {
			a.method = "POST"
		}
		if status == 200 && a.want == nil {
			a.want = a.body
		}
		list = append(list, a)
	}
	nothing := []byte{}
	for i := range 8 {
		add(200, 1, asked{})
		add(200, 100*i+1, asked{})
		add(200, 7, asked{method: "HEAD", want: nothing})
		add(204, 9, asked{query: "empty", want: nothing})
		add(200, 20, asked{query: "nil", want: nothing})
		add(500, 30, asked{query: "panic"})
		add(200, 4000, asked{})
	}
	add(200, 200_000, asked{})        // more than what is kept
	add(200, 2, asked{chunked: true}) // the last: the connection is closed behind chunks
	return list
}

// converse sends requests behind each other on one connection, and reads the answers.
func converse(t *testing.T, address string, list []asked) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	var sent bytes.Buffer
	for i := range list {
		list[i].write(&sent)
	}
	go conn.Write(sent.Bytes()) //nolint:errcheck // what is not written is not answered
	in := bufio.NewReader(conn)
	for i, a := range list {
		res, err := http.ReadResponse(in, &http.Request{Method: a.method})
		if err != nil {
			t.Errorf("request %d, %.20q: %v", i, a.body, err)
			return
		}
		got, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != a.status || a.want != nil && !bytes.Equal(got, a.want) {
			t.Errorf("request %d: %d %v: %.60q, want %d: %.60q", i, res.StatusCode, err, got, a.status, a.want)
			return
		}
	}
}

// pipes is a listener whose connections hold nothing: a write waits for its reader.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours
}

// While an answer is on its way, its memory is no other call's.
func TestAnAnswerStaysUntilItIsRead(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // each processor keeps memory of its own
	x := start(t, setup{})
	hook, err := receiver.New(x.gate, patient(receiver.Options{Sources: []receiver.Source{echo{name: "known", standing: platform.Proven}}}))
	require.NoError(t, err)
	ln := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- hook.Serve(ctx, ln) }()

	ask := func(text string) (*http.Response, net.Conn) {
		var sent bytes.Buffer
		(&asked{method: "POST", source: "known", body: bytes.Repeat([]byte(text), 20_000)}).write(&sent)
		conn := ln.dial()
		_, err := conn.Write(sent.Bytes())
		require.NoError(t, err)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		return res, conn
	}
	read := func(res *http.Response, conn net.Conn) string {
		got, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		return string(got)
	}
	first, conn := ask("first")
	for range 5 {
		require.True(t, read(ask("other")) == strings.Repeat("other", 20_000))
	}
	require.True(t, read(first, conn) == strings.Repeat("first", 20_000), "the answer is another's")
	cancel()
	require.NoError(t, <-ended)
}
