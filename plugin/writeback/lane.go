package writeback

import (
	"context"
	"sync"
	"time"
)

// lane is one target at work: its workers share it.
type lane struct {
	target Target
	plan   Plan
	opts   Options
	queue  *Queue
	client *Client
	wake   chan struct{}

	mu      sync.Mutex
	flying  map[int64]bool // rows under way
	failing int            // failures in a row that may be the whole target's
	until   time.Time      // no requests before
	trouble string         // why
	counts  Stats
}

const (
	firstPause = time.Second
	lastPause  = 10 * time.Minute
	// lookAgain is how often a lane looks for what another process changed.
	lookAgain = 5 * time.Second
	// patience is how many failures in a row are taken for single contacts'.
	patience = 3
)

func newLane(t Target, o Options) *lane {
	plan := t.Platform.Plan().withDefaults()
	l := &lane{target: t, plan: plan, opts: o, queue: o.Queue, flying: map[int64]bool{}, wake: make(chan struct{}, plan.Parallel)}
	l.client = &Client{transport: t.Transport, timeout: t.Timeout, clock: o.Clock, pace: newPacer(plan.Limits, t.Share, o.Clock), paused: l.paused}
	return l
}

// nudge has a worker look at the queue.
func (l *lane) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run is a worker. It begins nothing after ctx; work is the context of what it
// has begun.
func (l *lane) run(ctx, work context.Context) {
	for ctx.Err() == nil {
		items, wait, err := l.claim(work)
		if err != nil {
			l.opts.Log.Error("write-back: the queue can't be read", "target", l.target.Name, "error", err)
		}
		if len(items) > 0 {
			l.handle(work, items)
			l.release(items)
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// claim takes rows that are due, or says how long there is nothing to do. A
// target in trouble gets one write at a time until one succeeds.
func (l *lane) claim(ctx context.Context) (items []item, wait time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, n := l.opts.Clock(), l.plan.Batch
	if pause := l.until.Sub(now); pause > 0 {
		return nil, min(pause, lookAgain), nil
	}
	if l.failing >= patience {
		if n = 1; len(l.flying) > 0 {
			return nil, lookAgain, nil
		}
	}
	if items, err = l.queue.due(ctx, l.target.Name, now, n, l.flying); err != nil {
		return nil, lookAgain, err
	}
	// Whoever failed twice may be what its batch fails for, and goes alone.
	for i, it := range items {
		if it.tries >= 2 && len(items) > 1 {
			items = items[:max(i, 1)]
			break
		}
	}
	for _, it := range items {
		l.flying[it.id] = true
	}
	if len(items) > 0 {
		return items, 0, nil
	}
	at, ok, err := l.queue.nextDue(ctx, l.target.Name, l.flying)
	if wait = lookAgain; ok {
		wait = min(max(at.Sub(now), time.Millisecond), lookAgain)
	}
	return nil, wait, err
}

func (l *lane) release(items []item) {
	l.mu.Lock()
	for _, it := range items {
		delete(l.flying, it.id)
	}
	l.mu.Unlock()
	l.nudge()
}

// handle writes items and notes what became of them. When that can't be noted,
// they will be written again, which does no harm.
func (l *lane) handle(ctx context.Context, items []item) {
	var outs []outcome
	var todo []item
	for _, it := range items {
		switch {
		case it.bad != nil:
			outs = append(outs, outcome{item: it, state: dead, trouble: "the entry can't be read: " + it.bad.Error()})
		case l.opts.Clock().Sub(it.since) > l.opts.MaxAge:
			outs = append(outs, outcome{item: it, state: dead, trouble: "too old: it waited longer than " + l.opts.MaxAge.String() + "; a retry sends it all the same"})
		case len(it.write.Ask) > 0:
			w, err := l.ask(ctx, it.write)
			outs = l.note(outs, it, w, err, false)
		default:
			todo = append(todo, it)
		}
	}
	counted := false
	for i, err := range l.write(ctx, todo) {
		outs = l.note(outs, todo[i], nil, err, counted)
		counted = counted || err != nil && !isRefused(err)
	}
	if len(outs) == 0 {
		return
	}
	for l.queue.settle(context.WithoutCancel(ctx), outs) != nil {
		l.opts.Log.Error("write-back: the queue can't be written; what was sent will be sent again", "target", l.target.Name)
		if sleep(ctx, firstPause) != nil {
			return
		}
	}
	l.count(outs)
}

// ask looks a contact up and decides.
func (l *lane) ask(ctx context.Context, w Write) (_ *Write, err error) {
	defer l.survive(&err)
	r, ok := l.target.Platform.(Resolver)
	if !ok || l.target.Decide == nil {
		return nil, &Trouble{Kind: Refused, Text: "nothing here can look contacts up"}
	}
	body, err := r.Resolve(ctx, l.client, w)
	if err != nil {
		return nil, err
	}
	next, err := l.target.Decide(ctx, body, w)
	if err != nil {
		return nil, err
	}
	next.Ask = nil
	return &next, nil
}

// write writes items and gives an error an item. A batch that is refused as a
// whole is halved until the culprit stands alone.
func (l *lane) write(ctx context.Context, items []item) []error {
	if len(items) == 0 {
		return nil
	}
	ws := make([]Write, len(items))
	for i, it := range items {
		ws[i] = it.write
	}
	errs := l.try(ctx, ws)
	if len(errs) == len(items) {
		return errs
	}
	all := make([]error, len(items))
	if len(errs) == 0 {
		return all
	}
	if len(items) > 1 && isRefused(errs[0]) {
		half := len(items) / 2
		return append(l.write(ctx, items[:half]), l.write(ctx, items[half:])...)
	}
	for i := range all {
		all[i] = errs[0]
	}
	return all
}

// try has the platform write.
func (l *lane) try(ctx context.Context, ws []Write) (errs []error) {
	var bug error
	defer func() {
		if bug != nil {
			errs = []error{bug}
		}
	}()
	defer l.survive(&bug)
	return l.target.Platform.Write(ctx, l.client, ws)
}
