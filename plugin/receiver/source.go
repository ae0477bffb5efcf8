package receiver

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// Source is where a platform calls. *platform.Source is one.
type Source interface {
	// Name is its part of the address: /v1/in/NAME.
	Name() string
	// MaxBody is the size in bytes of its calls, before and after unpacking.
	MaxBody() int
	// Serve answers a call. It verifies it itself: a source's calls carry no API
	// key. It keeps nothing of the reply, nor of the call's header and body.
	Serve(*platform.Call, *platform.Reply)
	// Metrics are its counts.
	Metrics() platform.Metrics
	// Standing is what a call shows of its sender before its body has come.
	Standing(*platform.Call) platform.Standing
	// Roots are addresses besides its own that it answers below: "/v3/x/".
	Roots() []string
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

// rootsOf are the addresses of sources outside of /v1/in/. No two may share one.
func rootsOf(list []Source) (map[string]Source, error) {
	m := map[string]Source{}
	for _, s := range list {
		for _, root := range s.Roots() {
			if was := m[root]; was != nil {
				return nil, fmt.Errorf("receiver: the sources %s and %s both answer at %s: they can't have the same domain", was.Name(), s.Name(), root)
			}
			m[root] = s
		}
	}
	return m, nil
}

// source answers whatever comes to /v1/in/{source} and below, by any method.
func (r *Receiver) source(c *fiber.Ctx, _ caller) error {
	path := c.Request().URI().PathOriginal()
	s, below := r.sourceAt(path)
	if s == nil {
		return fault(404, "no-source", "No such source", "there is no source of this name: the file of --sources names them")
	}
	x := r.calls.get()
	defer r.calls.put(x)
	call, reply := x.copyCall(c.Context(), path, below), &x.reply
	call.TooLarge = len(call.Body) == 0 && string(c.Request().Header.Peek(guardMark)) == leftOut
	s.Serve(call, reply)
	if reply.Status >= 400 {
		r.problems.count(reply.Status)
	}
	out := c.Response()
	out.SetStatusCode(reply.Status)
	for _, f := range reply.Header {
		if f.Name == fiber.HeaderContentType { // nearly always the only one
			out.Header.SetContentType(f.Value)
		} else {
			out.Header.Set(f.Name, f.Value)
		}
	}
	reply.Body = out.SwapBody(reply.Body) // the answer goes out from where it was written
	return nil
}

// belowSource is what stands in a path behind its source, which ends at i. A slash
// at its end makes no difference.
func belowSource(path string, i int) string {
	if i >= len(path) {
		return ""
	}
	return strings.TrimSuffix(path[i+1:], "/")
}

// sourceAt finds the source of a path; below is where in the path it ends.
func (r *Receiver) sourceAt(path []byte) (s Source, below int) {
	i := bytes.Index(path, []byte(underSources))
	if i < 0 {
		return r.rootAt(path)
	}
	i += len(underSources)
	end := bytes.IndexByte(path[i:], '/')
	if end < 0 {
		end = len(path) - i
	}
	return r.sources[string(path[i:i+end])], i + end
}

// rootAt is sourceAt for addresses that platforms insist on.
func (r *Receiver) rootAt(path []byte) (s Source, below int) {
	for root, s := range r.roots {
		if i := bytes.Index(path, []byte(root)); i >= 0 {
			return s, i
		}
	}
	return nil, 0
}
