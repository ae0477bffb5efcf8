package relay

import (
	"context"
	"sync"
	"time"
)

// due is a letter whose time has come.
type due struct {
	id             int64
	source, domain string
	tries          int
	at             int64
	name           string
}

// route is a carrier and how it fares.
type route struct {
	carrier Carrier
	first   time.Duration // of the rests; each further one doubles it
	longest time.Duration
	mu      sync.Mutex
	fails   int
	rests   time.Time // until then nothing is tried
}

// resting tells until when nothing is to be tried.
func (rt *route) resting(now time.Time) (time.Time, bool) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	return rt.rests, now.Before(rt.rests)
}

// down notes that there was nobody to talk to. Only the first of those who were
// under way makes the rest longer.
func (rt *route) down(now time.Time) (rests time.Time, first bool) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if now.Before(rt.rests) {
		return rt.rests, false
	}
	first = rt.fails == 0
	rt.fails++
	rt.rests = now.Add(min(rt.first<<min(rt.fails-1, 10), rt.longest))
	return rt.rests, first
}

func (rt *route) up() (again bool) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	again = rt.fails > 0
	rt.fails, rt.rests = 0, time.Time{}
	return again
}

const (
	// lookEvery is how often the queue is looked at without being told: the
	// command line may have changed it.
	lookEvery = time.Second
	// maxClosed is how many domains are kept out by the query; more are passed
	// over one by one.
	maxClosed = 100
	// page is how many letters are read at once.
	page = 128
)

// dispatch hands out letters as they become due, until ctx ends. It holds a
// page of them at most; all others stay in the file.
func (r *Relay) dispatch(ctx context.Context) {
	defer close(r.work)
	for ctx.Err() == nil {
		list, next, err := r.look(ctx)
		if err != nil && ctx.Err() == nil {
			r.opts.Log.Error("the relay's queue can't be read", "error", err)
		}
		given := 0
		for _, d := range list {
			if !r.lanes.enter(d.domain, time.Now()) {
				continue
			}
			r.taken.add(d.id)
			select {
			case r.work <- d:
				given++
			case <-ctx.Done():
				return // what is taken and not given waits in the file
			}
		}
		if given > 0 && len(list) == page {
			continue
		}
		r.pause(ctx, next)
	}
}

// pause waits for a reason to look again.
func (r *Relay) pause(ctx context.Context, next time.Time) {
	wait := lookEvery
	if !next.IsZero() {
		wait = min(wait, max(time.Until(next), time.Millisecond))
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-r.wake:
	}
}
