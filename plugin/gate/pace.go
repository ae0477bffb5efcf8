package gate

import (
	"context"
	"sync"

	"github.com/winnow-gate/winnow/rules"
)

// window is how many decisions may be answered before they are durable.
const window = 1024

// pace keeps buffered answers from running away from the log: each waits for the
// record handed in a window before it, which is nearly always durable by then.
// So the queue, and what a crash can lose, is bounded, and a log that fails does
// not fail unseen.
type pace struct {
	mu   sync.Mutex
	ring [window]Ticket
	next int
}

// push keeps the newest ticket and returns the one from a window before, nil
// when there is none.
func (p *pace) push(t Ticket) (old Ticket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, p.ring[p.next] = p.ring[p.next], t
	p.next = (p.next + 1) % window
	return old
}

// keepPace lets a buffered answer go once the log is near enough. That an
// earlier record was lost is counted, and no trouble of this one.
func (g *Gate) keepPace(ctx context.Context, t Ticket) rules.Code {
	old := g.pace.push(t)
	if old == nil {
		return ""
	}
	err := old.Wait(ctx)
	if err == nil {
		g.recording()
		return ""
	}
	code := g.trouble(ctx, err)
	if code == rules.DeadlineDefault {
		return code
	}
	g.counts.unrecorded.Add(1)
	return ""
}
