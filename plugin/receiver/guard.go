package receiver

import (
	"bytes"

	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Marks that guard leaves in a header for the handlers. A client that sends one
// itself gets what it asks for.
const (
	framingMark  = "X-Winnow-Framing"
	strangerMark = "X-Winnow-Stranger"
)

// strangersBody is how much of a body anybody may have read.
const strangersBody = 64 << 10

// guard looks at a header before the body is read. A request whose end two
// servers may see in different places is refused: what one takes for its body the
// other may take for the next request. A large body is read only for a caller who
// has shown the source's secret.
func (r *Receiver) guard(h *fasthttp.RequestHeader) {
	h.Del(framingMark)
	h.Del(strangerMark)
	switch {
	case isAmbiguous(h.RawHeaders()):
		withoutBody(h, framingMark)
	case r.isStranger(h):
		withoutBody(h, strangerMark)
	}
}

// withoutBody has the server read no body, and close the connection: what is left
// on it is no request.
func withoutBody(h *fasthttp.RequestHeader, mark string) {
	h.SetContentLength(0)
	h.SetConnectionClose()
	h.Set(mark, "1")
}

// isAmbiguous tells whether a header says more than once how long the body is.
func isAmbiguous(raw []byte) bool {
	said := 0
	for len(raw) > 0 {
		var line []byte
		line, raw, _ = bytes.Cut(raw, []byte("\n"))
		name, _, ok := bytes.Cut(line, []byte(":"))
		if ok && (bytes.EqualFold(name, []byte("Content-Length")) || bytes.EqualFold(name, []byte("Transfer-Encoding"))) {
			said++
		}
	}
	return said > 1
}

// isStranger tells whether the caller will be refused, and their body is large.
func (r *Receiver) isStranger(h *fasthttp.RequestHeader) bool {
	if n := h.ContentLength(); n >= 0 && n <= strangersBody || h.IsGet() || h.IsHead() {
		return false
	}
	path, query, _ := bytes.Cut(h.RequestURI(), []byte("?"))
	s, below := r.sourceAt(path)
	if s == nil {
		return false
	}
	c := &platform.Call{Method: string(h.Method()), Path: string(path), Query: string(query)}
	if below < len(path) {
		c.Below = c.Path[below+1:]
	}
	h.VisitAll(func(name, value []byte) {
		c.Header = append(c.Header, verify.Field{Name: string(name), Value: string(value)})
	})
	return s.Stranger(c)
}
