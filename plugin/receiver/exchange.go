package receiver

import (
	"strings"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// exchange is the memory of one call and its reply, used again by later ones.
type exchange struct {
	call  platform.Call
	reply platform.Reply
}

// copyCall copies the texts of a request out of the server's memory into new, which
// nothing ever overwrites. The body stays where it is: the server uses its memory
// again once the call is answered.
func (x *exchange) copyCall(ctx *fasthttp.RequestCtx, path []byte, below int) *platform.Call {
	req := &ctx.Request
	method, query := req.Header.Method(), req.URI().QueryString()
	var texts strings.Builder
	texts.Grow(len(method) + len(path) + len(query) + len(req.Header.RawHeaders()))
	text := func(b []byte) string {
		from := texts.Len()
		texts.Write(b)
		return texts.String()[from:]
	}
	c := &x.call
	*c = platform.Call{
		Method: text(method), Path: text(path), Query: text(query),
		Header: c.Header[:0], Body: req.Body(), Received: ctx.Time(),
	}
	c.Below = belowSource(c.Path, below)
	req.Header.VisitAll(func(name, value []byte) {
		c.Header = append(c.Header, verify.Field{Name: text(name), Value: text(value)})
	})
	return c
}

// exchanges keeps them. The zero value is empty.
type exchanges struct{ pool sync.Pool }

func (e *exchanges) get() *exchange {
	if x, _ := e.pool.Get().(*exchange); x != nil {
		return x
	}
	return new(exchange)
}

// put gives the memory back, but not what a huge call made of it.
func (e *exchanges) put(x *exchange) {
	const keep = 1 << 20
	if cap(x.reply.Body) > keep {
		return
	}
	clear(x.call.Header)
	x.call.Body = nil
	e.pool.Put(x)
}
