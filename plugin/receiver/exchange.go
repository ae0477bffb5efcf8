package receiver

import (
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// exchange is the memory of one call and its reply, used again by later ones.
type exchange struct {
	call  platform.Call
	reply platform.Reply
	room  []byte // of texts, before they are one string
	ends  []int  // of the texts in it
}

// copyCall copies the texts of a request out of the server's memory into one
// string, which nothing ever overwrites. The body stays where it is: the server
// uses its memory again once the call is answered.
func (x *exchange) copyCall(ctx *fasthttp.RequestCtx, path []byte, below int) *platform.Call {
	req := &ctx.Request
	x.room, x.ends = x.room[:0], x.ends[:0]
	x.text(req.Header.Method())
	x.text(path)
	x.text(req.URI().QueryString())
	req.Header.VisitAll(func(name, value []byte) {
		x.text(name)
		x.text(value)
	})
	all, from, next := string(x.room), 0, 0
	cut := func() string {
		text := all[from:x.ends[next]]
		from, next = x.ends[next], next+1
		return text
	}
	c := &x.call
	*c = platform.Call{Received: ctx.Time(), Header: c.Header[:0], Body: req.Body()}
	c.Method, c.Path, c.Query = cut(), cut(), cut()
	c.Below = belowSource(c.Path, below)
	for next < len(x.ends) {
		c.Header = append(c.Header, verify.Field{Name: cut(), Value: cut()})
	}
	return c
}

func (x *exchange) text(b []byte) {
	x.room = append(x.room, b...)
	x.ends = append(x.ends, len(x.room))
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
	if cap(x.reply.Body) > keep || cap(x.room) > keep {
		return
	}
	clear(x.call.Header)
	x.call.Body = nil
	e.pool.Put(x)
}
