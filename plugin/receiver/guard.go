package receiver

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// What guard leaves in a header for the handlers. No client can send it, not even
// behind a body in chunks: a name ends before its first colon.
const (
	// guardMark says why the server has not read the body.
	guardMark = "Winnow:Guard"
	// bodyMark is how long that body is; -1: in chunks.
	bodyMark = "Winnow:Body"
)

// The values of guardMark.
const (
	twoEnds  = "two ends"  // its end may be seen in two places
	noHost   = "no host"   // it does not say, or says twice, which host it is for
	tooLong  = "too long"  // larger than its address takes
	leftOut  = "left out"  // larger than its source takes, which answers without it
	stranger = "stranger"  // its sender will be refused
	received = "received"  // it is read by receive
	streamed = "streaming" // it is read by its handler
)

// anybodysBody is how large a body is read for anybody. It costs about as much
// as the connection itself.
const anybodysBody = 16 << 10

// guard looks at a header before the body is read. A request whose end two
// servers may see in different places is refused: what one takes for its body the
// other may take for the next request. A large body is read only for a caller who
// has shown a secret; where a signature over it is the proof, receive reads it. So it
// does where a source gets chunks: only their reader learns that they are too many,
// and the server's would forget whose they are.
func (r *Receiver) guard(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	limit, flaw := r.limitOf(h.RequestURI()), flawOf(h)
	switch n := h.ContentLength(); {
	case flaw != "":
		hideBody(h, flaw)
	case isStream(h):
		hideBody(h, streamed)
	case n > limit && r.isAnswered(h):
		hideBody(h, leftOut)
	case n > limit:
		hideBody(h, tooLong)
	case n > anybodysBody || n == -1:
		if n == -1 {
			h.SetConnectionClose() // servers disagree on extensions and line ends of chunks
		}
		switch s := r.standing(h); {
		case s == platform.Stranger:
			hideBody(h, stranger)
		case s == platform.Unproven, n == -1 && r.isForSource(h):
			hideBody(h, received)
		}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: limit}
}

// hideBody has the server read no body, and close the connection after the
// answer: what is left on it is no request.
func hideBody(h *fasthttp.RequestHeader, why string) {
	h.Set(guardMark, why)
	h.Set(bodyMark, strconv.Itoa(h.ContentLength()))
	h.SetContentLength(0)
	h.SetConnectionClose()
	if why != received && why != streamed {
		h.Del("Expect") // the answer comes at once
	}
}

// hiddenLength is how long the body is that was hidden; -1: in chunks.
func hiddenLength(h *fasthttp.RequestHeader) int {
	n, err := strconv.Atoi(string(h.Peek(bodyMark)))
	if err != nil {
		return 0
	}
	return n
}

// flawOf is twoEnds when a header says more than once how long the body is, or in a
// way that others read differently; and noHost where HTTP/1.1 wants a Host, and
// there is none, or where there are several.
func flawOf(h *fasthttp.RequestHeader) string {
	raw, said, hosts := h.RawHeaders(), 0, 0
	if bytes.IndexByte(raw, 0) >= 0 {
		return twoEnds
	}
	for len(raw) > 0 {
		var line []byte
		line, raw, _ = bytes.Cut(raw, []byte("\n"))
		if i := bytes.IndexByte(line, '\r'); i >= 0 && i < len(line)-1 {
			return twoEnds
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch n := len(name); {
		case n == len("Host") && bytes.EqualFold(name, []byte("Host")):
			hosts++
		case n == len("Content-Length") && bytes.EqualFold(name, []byte("Content-Length")):
			said++
		case n == len("Transfer-Encoding") && bytes.EqualFold(name, []byte("Transfer-Encoding")):
			said++
			if !h.IsHTTP11() || !bytes.EqualFold(bytes.Trim(value, " \t\r"), []byte("chunked")) {
				return twoEnds
			}
		}
	}
	switch {
	case said > 1:
		return twoEnds
	case hosts > 1 || hosts == 0 && h.IsHTTP11():
		return noHost
	}
	return ""
}

func isStream(h *fasthttp.RequestHeader) bool {
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	return string(path) == streamPath && h.IsPost()
}

func (r *Receiver) isForSource(h *fasthttp.RequestHeader) bool {
	path, _, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	s, _ := r.sourceAt(path)
	return s != nil
}

// isAnswered reports whether a request whose body is too large is for a source, and
// not from a stranger: then a platform is answered as the owner chose.
func (r *Receiver) isAnswered(h *fasthttp.RequestHeader) bool {
	return r.isForSource(h) && r.standing(h) != platform.Stranger
}

// standing is what the header of a request says of its caller.
func (r *Receiver) standing(h *fasthttp.RequestHeader) platform.Standing {
	var u fasthttp.URI
	if err := u.Parse(h.Host(), h.RequestURI()); err != nil {
		return platform.Stranger
	}
	path := u.PathOriginal()
	s, below := r.sourceAt(path)
	if s == nil {
		if r.keys != nil && r.keys.find(token(h)) < 0 {
			return platform.Stranger
		}
		return platform.Proven // without keys, this machine only: see Listen
	}
	c := &platform.Call{Method: string(h.Method()), Path: string(path), Query: string(u.QueryString())}
	c.Below = belowSource(c.Path, below)
	h.VisitAll(func(name, value []byte) {
		c.Header = append(c.Header, verify.Field{Name: string(name), Value: string(value)})
	})
	return s.Standing(c)
}

// front answers what guard found, and for Fiber, which has plain text for
// methods that it does not know.
func (r *Receiver) front(app *fiber.App, next fasthttp.RequestHandler) fasthttp.RequestHandler {
	fail := func(ctx *fasthttp.RequestCtx, err error) {
		c := app.AcquireCtx(ctx)
		defer app.ReleaseCtx(c)
		_ = r.onError(c, err) // it can't fail: problems are plain data
	}
	known := func(ctx *fasthttp.RequestCtx) {
		if !slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			fail(ctx, fiber.ErrMethodNotAllowed)
			return
		}
		next(ctx)
	}
	return func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Request.Header.Peek(guardMark)) {
		case "", streamed:
			known(ctx)
		case twoEnds:
			fail(ctx, fiber.ErrBadRequest)
		case noHost:
			fail(ctx, fault(400, "host", "No host", "send one Host header, as HTTP/1.1 asks for"))
		case tooLong:
			fail(ctx, fiber.ErrRequestEntityTooLarge)
		case stranger, leftOut:
			known(ctx)
			drain(ctx.Conn())
		case received:
			r.receive(ctx, known, fail)
		}
	}
}
