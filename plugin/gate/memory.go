package gate

import (
	"context"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules/cond"
)

// memory is what is remembered of one contact: the cond.State of a decision. It
// counts earlier sends of the class of the message at hand, so that an order
// confirmation uses up nobody's newsletter.
type memory struct {
	sent  []store.Sent
	held  []string
	known bool // sent could be read
	class string
}

// nobody stands in the log for "no persona is active": as long as there are
// older keys, nothing written under the newest one would not say so.
const nobody = ""

var _ cond.State = (*memory)(nil)

// Sent implements cond.State.
func (m *memory) Sent(since int64, tag string) (count int64, ok bool) {
	for i := range m.sent {
		s := &m.sent[i]
		if s.Class == m.class && s.At*int64(time.Millisecond) >= since && (tag == "" || slices.Contains(s.Tags, tag)) {
			count++
		}
	}
	return count, m.known
}

// Held implements cond.State.
func (m *memory) Held(persona string) bool { return slices.Contains(m.held, persona) }

func (m *memory) clear() {
	clear(m.sent)
	clear(m.held)
	*m = memory{sent: m.sent[:0], held: m.held[:0]}
}

// remember reads what the bundle needs to know of the contact.
func (g *Gate) remember(r *run) error {
	r.state.clear()
	b := r.s.bundle
	if !r.known || !b.NeedsSent() && !b.NeedsHeld() {
		return nil
	}
	r.state.class = r.in.Class()
	by, name := nameOf(r.in)
	for _, h := range r.hashers {
		if err := g.recall(r, h.contact(by, name)); err != nil {
			return err
		}
	}
	r.state.held = slices.DeleteFunc(r.state.held, func(p string) bool { return p == nobody })
	r.state.known = b.NeedsSent()
	r.in.State = &r.state
	return nil
}

// recall adds what is remembered under one key of the contact.
func (g *Gate) recall(r *run, k contactKey) error {
	if r.s.bundle.NeedsSent() {
		sent, err := g.store.Sent(r.ctx, k[:], g.keptSince(r.now))
		if err != nil {
			return err
		}
		r.state.sent = append(r.state.sent, sent...)
	}
	if r.s.bundle.NeedsHeld() && len(r.state.held) == 0 { // the newest key that knows any
		held, err := g.store.Active(r.ctx, k[:])
		if err != nil {
			return err
		}
		r.state.held = append(r.state.held, held...)
	}
	return nil
}

// keptSince is the moment, in Unix milliseconds, before which nothing is kept.
func (g *Gate) keptSince(now time.Time) int64 {
	if g.opts.Retention < 0 {
		return 0
	}
	return now.Add(-g.opts.Retention).UnixMilli()
}

// takeTurn enters the contact's line and waits until its last record can be
// read. A nil place without an error means that no turn is needed.
func (g *Gate) takeTurn(r *run) (*place, error) {
	if g.store == nil || !r.known {
		return nil, nil
	}
	p := g.lines.enter(r.ctx, r.contact)
	if p == nil {
		return nil, r.ctx.Err()
	}
	b := r.s.bundle
	if p.last == nil || !b.NeedsSent() && !b.NeedsHeld() {
		return p, nil
	}
	if err := p.last.Wait(r.ctx); err != nil && r.ctx.Err() != nil {
		p.pass(&submission{})
		g.lines.leave(p)
		return nil, context.DeadlineExceeded
	}
	return p, nil
}
