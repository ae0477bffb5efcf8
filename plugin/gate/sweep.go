package gate

import (
	"context"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

// sweep removes expired records, at once and then every hour; newest is when the
// last record was made before (Unix milliseconds), 0 for none.
func (g *Gate) sweep(newest int64) {
	ticks, stop := g.opts.Ticker(time.Hour)
	defer stop()
	guard := leap.After(newest, g.opts.Retention)
	for {
		g.sweepOnce(g.ctx, &guard)
		select {
		case <-g.ctx.Done():
			return
		case <-ticks:
		}
	}
}

func (g *Gate) sweepOnce(ctx context.Context, guard *leap.Guard) {
	now := g.clockNow()
	ok, leapt := guard.Trusts(now)
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
