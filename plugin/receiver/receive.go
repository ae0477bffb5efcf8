package receiver

import (
	"bufio"
	"errors"
	"io"
	"math"
	"net"
	"net/http/httputil"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// receive reads a large body of a caller who has proved nothing yet, within the
// room for such, and then handles the request. The server would make a buffer of
// whatever length a caller announces; so the connection is taken over, as by a
// stream, and closed in the end.
func (r *Receiver) receive(ctx *fasthttp.RequestCtx, next fasthttp.RequestHandler, fail func(*fasthttp.RequestCtx, error)) {
	h := &ctx.Request.Header
	length, limit := hiddenLength(h), r.limitOf(h.RequestURI())
	r.bodies.conns.enter(ctx.Conn(), math.MaxInt, func() {})
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(conn net.Conn) {
		defer r.bodies.conns.leave(rawConn(conn))
		_ = conn.SetReadDeadline(time.Now().Add(r.opts.ReadTimeout)) // if it fails, so does reading
		b := r.bodies.begin(conn)
		err := r.read(b, length, limit)
		switch {
		case err == nil:
			h.Del(guardMark)
			h.Del(bodyMark)
			ctx.Request.SetBodyRaw(b.bytes)
			next(ctx)
			ctx.Request.ResetBody()
		case errors.Is(err, errTooLarge): // only sources' bodies are read here
			h.Set(guardMark, leftOut)
			next(ctx)
		default:
			fail(ctx, err)
		}
		r.bodies.end(b) // whoever takes long to read the answer holds no room
		if r.reply(ctx, conn) == nil && err != nil {
			drain(conn)
		}
	})
}

var errTooLarge = errors.New("the body is too large")

// read reads the whole body. Its errors are errTooLarge, and others for onError.
func (r *Receiver) read(b *body, length, limit int) error {
	var in io.Reader = b.conn
	most := length
	if length < 0 {
		buffered := bufio.NewReaderSize(b.conn, 4<<10)
		in, most = &chunked{httputil.NewChunkedReader(buffered), buffered}, limit+1
	}
	var err error
	for err == nil && len(b.bytes) < most {
		if len(b.bytes) == cap(b.bytes) && !r.bodies.grow(b, most) {
			return crowded()
		}
		var n int
		n, err = in.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
	}
	whole := len(b.bytes) == length || length < 0 && errors.Is(err, io.EOF)
	switch {
	case !r.bodies.arrived(b):
		return crowded()
	case len(b.bytes) > limit:
		return errTooLarge
	case whole:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}

// reply writes the answer, as the server would.
func (r *Receiver) reply(ctx *fasthttp.RequestCtx, conn net.Conn) error {
	if err := conn.SetWriteDeadline(time.Now().Add(r.opts.ReadTimeout)); err != nil {
		return err
	}
	ctx.Response.SetConnectionClose()
	w := bufio.NewWriter(conn)
	if err := ctx.Response.Write(w); err != nil {
		return err
	}
	return w.Flush()
}

func crowded() *problem {
	return fault(503, "crowded", "Too many large bodies", "too many large bodies are under way: send it again, without a pause in it").
		with(fiber.HeaderRetryAfter, "1")
}
