package receiver

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/gate"
)

// A stream's body must not be read before its handler runs, and fasthttp can
// only leave bodies unread for all addresses or for none: for all, every other
// request would cost more and its limit would be ours to keep. So the server is
// told that a stream has no body, which is then read off the connection itself.

const (
	streamPath = "/v1/screen"
	maxStreams = 64
)

// screenStream answers POST /v1/screen: it takes over the connection.
func (r *Receiver) screenStream(c *fiber.Ctx, who caller) error {
	err := r.beginStream(c, who)
	if err != nil {
		drain(c.Context().Conn())
	}
	return err
}

func (r *Receiver) beginStream(c *fiber.Ctx, who caller) error {
	now, err := screenClock(c)
	if err != nil {
		return err
	}
	h := &c.Request().Header
	if !isLines(h.ContentType()) {
		return wantLines()
	}
	packed, err := isPacked(h)
	if err != nil {
		return err
	}
	length := hiddenLength(h)
	s, err := r.gate.Screen(now)
	if err != nil {
		return err
	}
	ctx, cut := context.WithCancel(context.Background())
	if !r.streams.enter(c.Context().Conn(), maxStreams, cut) {
		cut()
		s.Close()
		return fault(503, "streams", "Too many streams", "too many audiences are being screened: try again").with(fiber.HeaderRetryAfter, "5")
	}
	st := &stream{r: r, s: s, who: who, length: length, packed: packed, http11: h.IsHTTP11()}
	st.ctx, st.cut = ctx, cut
	c.Context().HijackSetNoResponse(true)
	c.Context().Hijack(st.serve)
	return nil
}

// stream is a connection that a whole audience comes in by and goes out.
type stream struct {
	r      *Receiver
	s      *gate.Screening
	who    caller
	length int // of the body; -1: in chunks
	packed bool
	http11 bool
	ctx    context.Context // ends when the server cuts the stream off
	cut    context.CancelFunc
}

// serve runs on a goroutine of its own, so nobody else catches its panics.
func (st *stream) serve(conn net.Conn) {
	defer st.cut()
	defer st.r.streams.leave(rawConn(conn))
	defer st.s.Close()
	defer func() {
		if cause := recover(); cause != nil {
			st.r.opts.Log.Error("panic", "route", streamPath, "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
		}
	}()
	if err := st.pass(conn); err != nil {
		st.r.opts.Log.Info("a stream ended early", "route", streamPath, "error", err)
	}
}

// pass answers line by line. Each wait for the client has its own deadline;
// the whole has none. If the client does not take the answers, nothing more is
// read of what it sends.
func (st *stream) pass(conn net.Conn) error {
	idle := &idleConn{conn, st.r.opts.IdleTimeout}
	in, err := st.body(idle)
	if err != nil { // the first bytes of it are no gzip, or did not come
		return errors.Join(err, st.refuse(idle))
	}
	w := bufio.NewWriterSize(idle, 64<<10)
	fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nX-Winnow-Bundle: %s\r\nConnection: close\r\n", linesType, st.s.Bundle())
	var out io.Writer = w
	end := func() error { return nil }
	if st.http11 {
		_, _ = w.WriteString("Transfer-Encoding: chunked\r\n") // an error comes again with the flush
		chunks := httputil.NewChunkedWriter(w)
		out, end = bufio.NewWriterSize(chunks, 32<<10), func() error {
			err := chunks.Close()
			_, _ = w.WriteString("\r\n")
			return err
		}
	}
	_, _ = w.WriteString("\r\n")
	flush := func() error {
		if b, ok := out.(*bufio.Writer); ok && b != w {
			if err := b.Flush(); err != nil {
				return err
			}
		}
		return w.Flush()
	}
	if err := flush(); err != nil { // a client may wait for it before it sends
		return err
	}
	l := &lineScreen{r: st.r, s: st.s, who: st.who, in: in, out: out, flush: flush, wait: st.r.pace(st.ctx, st.who, flush)}
	if err := l.run(); err != nil {
		return errors.Join(err, flush()) // without an end: the client must see that it is cut off
	}
	return errors.Join(end(), w.Flush())
}

// refuse answers a body that is not packed as it says it is.
func (st *stream) refuse(conn net.Conn) error {
	p := notGzip()
	p.Instance = streamPath
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", problemType, len(text), text)
	st.r.problems.count(p.Status)
	drain(conn)
	return err
}
