package relay

import (
	"context"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

// sweep forgets letters that ended long ago, at once and then every hour. Those that
// nobody has decided about go too: addresses and mails are not kept for ever because
// nobody looked.
func (r *Relay) sweep(ctx context.Context, guard leap.Guard) {
	ticks, stop := r.opts.Ticker(min(time.Hour, r.opts.Remember))
	defer stop()
	for {
		if err := r.sweepOnce(ctx, &guard); err != nil && ctx.Err() == nil {
			r.opts.Log.Error("old entries of the relay can't be removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// sweepOnce forgets nothing by a clock that leapt forward: repeats would be sent as
// new ones, and what waits for somebody to decide be gone. After one that was set
// back, a letter that waits for a time further off than any wait is due.
func (r *Relay) sweepOnce(ctx context.Context, guard *leap.Guard) error {
	clock := r.opts.Clock()
	ok, leapt := guard.Trusts(clock)
	if leapt {
		r.opts.Log.Warn("the clock is far ahead of where it was: old letters are remembered for a day more, so that none is sent twice; check the system's time", "now", clock)
	}
	now, before := clock.UnixMilli(), clock.Add(-r.opts.Remember).UnixMilli()
	latest := clock.Add(max(r.opts.LastRetry, time.Minute)).UnixMilli()
	return r.w.change(ctx, func(w *writer) error {
		err := w.exec("UPDATE mail SET due = ?, at = min(at, ?) WHERE state = 0 AND due > ?", now, now, latest)
		if err != nil || !ok {
			return err
		}
		if err := w.exec("DELETE FROM letter WHERE id IN (SELECT id FROM mail WHERE ended < ?)", before); err != nil {
			return err
		}
		return w.exec("DELETE FROM mail WHERE ended < ?", before)
	})
}
