package gate

import (
	"context"
	"time"

	"github.com/winnow-gate/winnow/rules"
)

// Hearing tells decisions that are made beside the gate, of a file of contacts
// say, what Options.Events know: who is on the legal suppression list, and the
// fields that events fill in. It serves one goroutine at a time. Close it.
type Hearing struct {
	g *Gate
	r run
}

// Hearing begins one for decisions of a bundle, all at one time.
func (g *Gate) Hearing(b *rules.Bundle, now time.Time) *Hearing {
	return &Hearing{g, run{work: g.getWork(), s: g.snapshot(b, now), now: now}}
}

// Hear fills the input in. It has been decoded already; body, or a part of it, says
// in message.channel what the decision is about: nothing means any channel.
func (h *Hearing) Hear(ctx context.Context, in *rules.Input, body []byte) {
	if h.g.opts.Events == nil {
		return
	}
	h.r.in, h.r.ctx = in, ctx
	h.g.hear(&h.r, body)
	h.r.in, h.r.ctx = nil, nil
}

// Close ends it.
func (h *Hearing) Close() { h.g.putWork(h.r.work) }
