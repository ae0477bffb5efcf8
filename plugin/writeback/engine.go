package writeback

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

// Options of an engine. Queue is needed; everything else has a working zero
// value.
type Options struct {
	// Queue holds the writes. It stays the caller's, to close after the engine.
	Queue *Queue
	// Targets are the accounts to write to.
	Targets []Target
	// MaxAge is how old a write may become before it is a dead letter; 0 means
	// 24 h.
	MaxAge time.Duration
	// KeepDead is how long dead letters are kept; 0 means 30 days.
	KeepDead time.Duration
	// Clock is the clock; nil means time.Now.
	Clock func() time.Time
	// Random gives numbers from 0 to below 1 for jitter, to several goroutines at a
	// time; nil means random ones.
	Random func() float64
	// Log gets what operators should know, without values of contacts; nil
	// discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.MaxAge <= 0 {
		o.MaxAge = 24 * time.Hour
	}
	if o.KeepDead <= 0 {
		o.KeepDead = 30 * 24 * time.Hour
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Engine writes what is in a queue. New starts one, Close ends it.
type Engine struct {
	opts  Options
	queue *Queue
	lanes map[string]*lane
	names []string
	lock  *sql.DB

	wg      sync.WaitGroup
	stop    context.CancelFunc // no new writes
	abandon context.CancelFunc // and end those under way
}

// New starts writing. It fails when the options make no sense, and with ErrLocked
// when another engine writes from the queue.
func New(o Options) (*Engine, error) {
	o = o.withDefaults()
	if o.Queue == nil {
		return nil, errors.New("writeback: there is no queue")
	}
	e := &Engine{opts: o, queue: o.Queue, lanes: map[string]*lane{}}
	for _, t := range o.Targets {
		if t.Name == "" || t.Platform == nil {
			return nil, errors.New("writeback: a target needs a name and a platform")
		}
		if e.lanes[t.Name] != nil {
			return nil, fmt.Errorf("writeback: there are two targets %q", t.Name)
		}
		e.lanes[t.Name] = newLane(t.withDefaults(), o)
		e.names = append(e.names, t.Name)
	}
	var err error
	if e.lock, err = o.Queue.lock(); err != nil {
		return nil, err
	}
	last, err := o.Queue.newest()
	if err != nil {
		return nil, errors.Join(err, e.lock.Close())
	}
	ctx := context.Background()
	work, abandon := context.WithCancel(ctx)
	ctx, e.stop = context.WithCancel(ctx)
	e.abandon = abandon
	for _, l := range e.lanes {
		for range l.plan.Parallel {
			e.wg.Go(func() { l.run(ctx, work) })
		}
	}
	e.wg.Go(func() { e.sweep(ctx, leap.After(last, o.KeepDead)) })
	return e, nil
}

// Put hands in writes; when it returns nil they are durable. See Queue.Put.
func (e *Engine) Put(ctx context.Context, ws ...Write) error {
	for _, w := range ws {
		if e.lanes[w.Target] == nil {
			return fmt.Errorf("writeback: %w: there is no target %q", ErrBadWrite, w.Target)
		}
	}
	if err := e.queue.Put(ctx, ws...); err != nil {
		return err
	}
	for _, w := range ws {
		e.lanes[w.Target].nudge()
	}
	return nil
}

// Close ends the engine: nothing new is begun, and it waits for what is under
// way. When ctx ends first, that is broken off. What is left stays in the queue.
func (e *Engine) Close(ctx context.Context) (err error) {
	e.stop()
	ended := make(chan struct{})
	go func() { e.wg.Wait(); close(ended) }()
	defer func() { err = errors.Join(err, e.lock.Close()) }()
	select {
	case <-ended:
		e.abandon()
		return nil
	case <-ctx.Done():
		e.abandon()
		<-ended
		return ctx.Err()
	}
}

// sweep removes what has expired, every ten minutes. By a clock that leapt forward
// that would be every dead letter, before anybody looked.
func (e *Engine) sweep(ctx context.Context, guard leap.Guard) {
	for sleep(ctx, 10*time.Minute) == nil {
		now := e.opts.Clock()
		ok, leapt := guard.Hourly(now)
		if leapt {
			e.opts.Log.Warn("write-back: the clock is far ahead of where it was: dead letters are kept for a day more, so that one that was set wrong removes none; check the system's time", "now", now)
		}
		if !ok {
			continue
		}
		if _, err := e.queue.sweep(ctx, e.opts.KeepDead); err != nil && ctx.Err() == nil {
			e.opts.Log.Error("write-back: old entries can't be removed", "error", err)
		}
	}
}

// Stats is how one target does.
type Stats struct {
	Target string `json:"target"`
	// Written, Failed (and tried again) and Died count writes since the start;
	// Throttled counts the platform's requests to slow down.
	Written, Failed, Died, Throttled uint64
	// Requests counts requests of any kind.
	Requests uint64
	// Waiting and Dead are in the queue; Oldest is the time of the oldest decision
	// that waits.
	Waiting, Dead int64
	Oldest        time.Time
	// PausedUntil is set while the target gets no requests, Trouble says why.
	PausedUntil time.Time
	Trouble     string
}

// Stats reads how the targets do, in their order.
func (e *Engine) Stats(ctx context.Context) ([]Stats, error) {
	counts, err := e.queue.Counts(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]Count{}
	for _, c := range counts {
		byName[c.Target] = c
	}
	list := make([]Stats, 0, len(e.names))
	for _, name := range e.names {
		s, c := e.lanes[name].stats(), byName[name]
		s.Waiting, s.Dead, s.Oldest = c.Waiting, c.Dead, c.Oldest
		list = append(list, s)
	}
	return list, nil
}
