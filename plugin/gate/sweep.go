package gate

import (
	"context"
	"time"
)

const (
	// leap is how far the clock may go between two looks, an hour apart. Further,
	// it was set, or the machine slept.
	leap = 24 * time.Hour
	// stand is how many looks are waited for after a leap.
	stand = 24
)

// sweep removes expired records, at once and then every hour; newest is when the
// last record was made before (Unix milliseconds), 0 for none.
func (g *Gate) sweep(newest int64) {
	ticks, stop := g.opts.Ticker(time.Hour)
	defer stop()
	w := wariness{within: g.opts.Retention}
	if newest != 0 {
		w.last = time.UnixMilli(newest)
	}
	for {
		g.sweepOnce(g.ctx, &w)
		select {
		case <-g.ctx.Done():
			return
		case <-ticks:
		}
	}
}

func (g *Gate) sweepOnce(ctx context.Context, w *wariness) {
	now := g.clockNow()
	ok, leapt := w.trusts(now)
	if leapt {
		g.opts.Log.Warn("the clock is far ahead of where it was: expired decisions stay for a day, so that one that was set wrong removes nothing; check the system's time", "now", now)
	}
	if !ok {
		return
	}
	n, err := g.store.Sweep(ctx, g.keptSince(now), 0)
	g.counts.swept.Add(uint64(n))
	switch {
	case ctx.Err() != nil:
	case err != nil:
		g.opts.Log.Error("expired decisions could not be removed", "error", err)
	case n > 0:
		g.opts.Log.Info("expired decisions removed", "count", n)
	}
}

// wariness keeps a clock that was set forward, by a year, say, from making the
// whole log look expired: nothing is removed for stand looks after a leap. It is
// no more than that, since data of persons must go in the end: another leap does
// not make the wait longer, and at the start, when the server may just have been
// off, only one over the whole retention counts.
type wariness struct {
	last   time.Time     // of the look before; zero for none
	within time.Duration // how far the clock may have gone since then
	wait   int           // looks that are still to be waited for
}

// trusts reports whether the clock may be swept by, and whether it leapt just now.
func (w *wariness) trusts(now time.Time) (ok, leapt bool) {
	// Round takes the monotonic clock off, which knows no leaps.
	leapt = w.wait == 0 && !w.last.IsZero() && now.Round(0).Sub(w.last.Round(0)) > w.within
	w.last, w.within = now, leap
	switch {
	case leapt:
		w.wait = stand
	case w.wait > 0:
		w.wait--
	}
	return w.wait == 0, leapt
}
