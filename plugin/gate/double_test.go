package gate_test

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

// slow is a store whose records become durable only once it is let go.
type slow struct {
	gate.Store
	once sync.Once
	free chan struct{}
}

func newSlow(s gate.Store) *slow { return &slow{Store: s, free: make(chan struct{})} }

func (s *slow) letGo() { s.once.Do(func() { close(s.free) }) }

func (s *slow) Submit(r *store.Record) (gate.Ticket, error) {
	t, err := s.Store.Submit(r)
	return slowTicket{s, t}, err
}

type slowTicket struct {
	s *slow
	t gate.Ticket
}

func (t slowTicket) Wait(ctx context.Context) error {
	select {
	case <-t.s.free:
		return t.t.Wait(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failing is a store that fails as long as it is told to.
type failing struct {
	gate.Store
	submit, wait, read, check atomic.Pointer[error]
}

func (s *failing) Submit(r *store.Record) (gate.Ticket, error) {
	if err := s.submit.Load(); err != nil {
		return nil, *err
	}
	t, err := s.Store.Submit(r)
	if failure := s.wait.Load(); failure != nil {
		return lost{*failure}, err
	}
	return t, err
}

func (s *failing) Check(context.Context) error {
	if err := s.check.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *failing) Sent(ctx context.Context, contact []byte, since int64) ([]store.Sent, error) {
	if err := s.read.Load(); err != nil {
		return nil, *err
	}
	return s.Store.Sent(ctx, contact, since)
}

func (s *failing) ByKey(ctx context.Context, key []byte) (store.Record, bool, error) {
	if err := s.read.Load(); err != nil {
		return store.Record{}, false, *err
	}
	return s.Store.ByKey(ctx, key)
}

// lost is the ticket of a record that could not be written.
type lost struct{ err error }

func (l lost) Wait(context.Context) error { return l.err }
