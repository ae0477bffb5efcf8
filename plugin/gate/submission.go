package gate

import (
	"context"
	"errors"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
)

// submission is a decision that is written but not yet durable.
type submission struct {
	ticket  Ticket     // nil without a log, or in trouble
	place   *place     // to leave once ticket is settled; may be nil
	trouble rules.Code // why the default must go out instead, or ""
	kind    kind       // what to count
}

// leave ends the stay in the contact's line.
func (g *Gate) leave(sub *submission) {
	if sub.place != nil {
		g.lines.leave(sub.place)
	}
}

// settle decides and hands in the record, in the contact's turn. The turn is
// passed on even if a bug panics: it must not block a contact for good.
func (g *Gate) settle(dst []byte, r *run, sub *submission) []byte {
	p, err := g.takeTurn(r)
	if err != nil {
		sub.trouble = g.trouble(r.ctx, err)
		return dst
	}
	if sub.place = p; p != nil {
		defer p.pass(sub)
	}
	if g.store != nil {
		err = g.remember(r)
	}
	if err == nil {
		dst, err = g.answer(dst, r, sub)
	}
	if err != nil {
		sub.trouble = g.trouble(r.ctx, err)
	}
	return dst
}

// answer decides, and hands in what it appends.
func (g *Gate) answer(dst []byte, r *run, sub *submission) ([]byte, error) {
	d := r.s.bundle.Decide(r.in)
	r.s.noteUnknowns(d)
	sub.kind = kindOf(d, r.in)
	if r.s.bundle.HasModules() {
		lapse(r.ctx)
	}
	if err := r.ctx.Err(); err != nil {
		return dst, err
	}
	start := len(dst)
	dst = r.write(dst, d)
	if g.store == nil {
		return dst, nil
	}
	g.record(r, d, dst[start:])
	var err error
	sub.ticket, err = g.store.Submit(&r.rec)
	return dst, err
}

// confirm waits until a record is durable, or far enough on its way, and notes
// the trouble if that does not come to pass.
func (g *Gate) confirm(ctx context.Context, sub *submission) {
	switch {
	case sub.trouble != "" || sub.ticket == nil:
	case g.opts.Ack == AckBuffered:
		sub.trouble = g.keepPace(ctx, sub.ticket)
	default:
		if err := sub.ticket.Wait(ctx); err != nil {
			sub.trouble = g.trouble(ctx, err)
		} else {
			g.recording()
		}
	}
}

// trouble names the reason of a default answer.
func (g *Gate) trouble(ctx context.Context, err error) rules.Code {
	switch {
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return rules.DeadlineDefault
	case errors.Is(err, store.ErrTooLarge), errors.Is(err, store.ErrBadRecord):
		g.opts.Log.Warn("a decision can't be recorded; the default goes out", "error", err)
	default:
		g.notRecording(err)
	}
	return rules.StoreDefault
}

// notRecording notes that the log does not take records, and tells the operator once.
func (g *Gate) notRecording(err error) {
	if !g.broken.Swap(true) {
		g.opts.Log.Error("decisions can't be recorded; defaults go out", "error", err)
	}
}

// recording notes that the log takes records.
func (g *Gate) recording() {
	if g.broken.Load() && g.broken.Swap(false) {
		g.opts.Log.Info("decisions are recorded again")
	}
}
