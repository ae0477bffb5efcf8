package receiver

import (
	"bytes"
	"unsafe"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Source is where a platform calls. *platform.Source is one.
type Source interface {
	// Name is its part of the address: /v1/in/NAME.
	Name() string
	// MaxBody is the size in bytes of its calls, before and after unpacking.
	MaxBody() int
	// Serve answers a call. It verifies it itself: a source's calls carry no API
	// key. It keeps nothing of the reply.
	Serve(*platform.Call, *platform.Reply)
	// Metrics are its counts.
	Metrics() platform.Metrics
}

// underSources is what the addresses of sources begin with.
const underSources = "/v1/in/"

func sourcesByName(list []Source) map[string]Source {
	m := make(map[string]Source, len(list))
	for _, s := range list {
		m[s.Name()] = s
	}
	return m
}

// source answers whatever comes to /v1/in/{source} and below, by any method.
func (r *Receiver) source(c *fiber.Ctx, _ caller) error {
	path := c.Request().URI().PathOriginal()
	s, below := r.sourceAt(path)
	if s == nil {
		return fault(404, "no-source", "No such source", "there is no source of this name: the file of --sources names them")
	}
	if len(c.Request().Body()) > s.MaxBody() { // a larger one may be let in for other addresses
		return tooLarge(s.MaxBody())
	}
	call := copyCall(c.Context(), path, below)
	reply := r.getReply()
	defer r.replies.Put(reply)
	s.Serve(call, reply)
	if reply.Status >= 400 {
		r.problems.count(reply.Status)
	}
	out := c.Response()
	out.SetStatusCode(reply.Status)
	for _, f := range reply.Header {
		out.Header.Set(f.Name, f.Value)
	}
	out.SetBody(reply.Body)
	return nil
}

// sourceAt finds the source of a path; below is where in the path it ends.
func (r *Receiver) sourceAt(path []byte) (s Source, below int) {
	i := bytes.Index(path, []byte(underSources))
	if i < 0 {
		return nil, 0
	}
	i += len(underSources)
	end := bytes.IndexByte(path[i:], '/')
	if end < 0 {
		end = len(path) - i
	}
	return r.sources[string(path[i:i+end])], i + end
}

// copyCall copies a request out of the server's memory, all texts in one piece.
func copyCall(ctx *fasthttp.RequestCtx, path []byte, below int) *platform.Call {
	req := &ctx.Request
	query := req.URI().QueryString()
	const usual, lines = 512, 16 // of headers
	room := make([]byte, 0, usual+len(path)+len(query))
	cut := func(b []byte) string { // text that stays where it is: room does not grow
		if len(b) == 0 {
			return ""
		}
		if len(room)+len(b) > cap(room) {
			return string(b)
		}
		room = append(room, b...)
		return unsafe.String(&room[len(room)-len(b)], len(b))
	}
	c := &platform.Call{Received: ctx.Time(), Header: make(verify.Header, 0, lines)}
	c.Method, c.Path, c.Query = cut(req.Header.Method()), cut(path), cut(query)
	if below < len(path) {
		c.Below = c.Path[below+1:]
	}
	req.Header.VisitAll(func(name, value []byte) {
		c.Header = append(c.Header, verify.Field{Name: cut(name), Value: cut(value)})
	})
	c.Body = bytes.Clone(req.Body())
	return c
}

func (r *Receiver) getReply() *platform.Reply {
	if reply, _ := r.replies.Get().(*platform.Reply); reply != nil {
		return reply
	}
	return &platform.Reply{}
}
