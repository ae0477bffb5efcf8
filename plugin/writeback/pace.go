package writeback

import (
	"context"
	"sync"
	"time"
)

// pacer spaces requests so that no span of time, wherever it begins, holds more
// of them than the limits allow. Counting in fixed minutes would let twice as
// many through at a turn of the minute.
type pacer struct {
	clock   func() time.Time
	mu      sync.Mutex
	windows []window
	last    time.Time
}

// window remembers when the latest n requests were made.
type window struct {
	per  time.Duration
	made []time.Time
	next int
}

func newPacer(limits []Limit, share int, clock func() time.Time) *pacer {
	p := &pacer{clock: clock}
	for _, l := range limits {
		n := max(1, l.N*share/100)
		p.windows = append(p.windows, window{per: l.Per, made: make([]time.Time, n)})
	}
	return p
}

// reserve gives the time at which the next request may be made.
func (p *pacer) reserve() (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	at := now
	if p.last.After(at) {
		at = p.last
	}
	for _, w := range p.windows {
		if free := w.made[w.next].Add(w.per); !w.made[w.next].IsZero() && free.After(at) {
			at = free
		}
	}
	for i := range p.windows {
		w := &p.windows[i]
		w.made[w.next] = at
		w.next = (w.next + 1) % len(w.made)
	}
	p.last = at
	return at.Sub(now)
}

// wait returns when the next request may be made.
func (p *pacer) wait(ctx context.Context) error {
	if len(p.windows) == 0 {
		return ctx.Err()
	}
	return sleep(ctx, p.reserve())
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
