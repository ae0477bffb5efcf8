package gate

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// deadlines hands out contexts that end a fixed time after a decision starts.
// A timer a decision would cost more than deciding; so decisions that start
// within the same short span share one, which ends with the first of them.
type deadlines struct {
	limit time.Duration
	grain time.Duration // how long a span takes newcomers
	now   atomic.Pointer[span]
}

func newDeadlines(limit time.Duration) *deadlines {
	return &deadlines{limit: limit, grain: limit / 64}
}

// from returns the context of a decision that starts at the given time, which
// must carry a monotonic reading.
func (d *deadlines) from(start time.Time) context.Context {
	if s := d.now.Load(); s != nil && start.Sub(s.start) < d.grain {
		return s
	}
	s := &span{start: start, end: start.Add(d.limit), done: make(chan struct{})}
	time.AfterFunc(d.limit, s.finish)
	d.now.Store(s)
	return s
}

// span is a context that ends at a time.
type span struct {
	start, end time.Time
	done       chan struct{}
	finished   sync.Once
}

var _ context.Context = (*span)(nil)

func (s *span) Deadline() (time.Time, bool) { return s.end, true }
func (s *span) Done() <-chan struct{}       { return s.done }
func (s *span) Value(any) any               { return nil }

func (s *span) finish() { s.finished.Do(func() { close(s.done) }) }

// lapse ends a span whose time is up, though its timer has not run: a module
// keeps a processor to itself until its call ends, be it the only one.
func lapse(ctx context.Context) {
	if s, ok := ctx.(*span); ok && !time.Now().Before(s.end) {
		s.finish()
	}
}

func (s *span) Err() error {
	select {
	case <-s.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
