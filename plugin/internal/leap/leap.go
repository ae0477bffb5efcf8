// Package leap keeps a clock that was set forward, by a year, say, from making all
// that is kept for a time look expired. It exists so that the decision log, the
// queues and the book of handovers have one rule for it.
package leap

import "time"

const (
	// most is how far the clock may go between two looks, an hour apart. Further,
	// it was set, or the machine slept.
	most = 24 * time.Hour
	// stand is how many looks are waited for after a leap.
	stand = 24
)

// Guard says at each look whether to remove what the clock says is expired:
// nothing is for stand looks after a leap. It is no more than that, since data of
// persons must go in the end: another leap does not make the wait longer, and at
// the start, when the server may just have been off, only one over the whole
// retention counts.
type Guard struct {
	last   time.Time     // of the look before; zero for none
	within time.Duration // how far the clock may have gone since then
	wait   int           // looks that are still to be waited for
	looked bool          // whether there was a look since the start
}

// After makes the guard of what is kept for so long. last is when anything was
// last noted there, in Unix milliseconds, 0 for never.
func After(last int64, kept time.Duration) Guard {
	g := Guard{within: kept}
	if last != 0 {
		g.last = time.UnixMilli(last)
	}
	return g
}

// Trusts reports whether the clock may be swept by, and whether it leapt just now.
func (g *Guard) Trusts(now time.Time) (ok, leapt bool) {
	// Round takes the monotonic clock off, which knows no leaps.
	leapt = g.wait == 0 && !g.last.IsZero() && now.Round(0).Sub(g.last.Round(0)) > g.within
	g.last, g.within, g.looked = now, most, true
	switch {
	case leapt:
		g.wait = stand
	case g.wait > 0:
		g.wait--
	}
	return g.wait == 0, leapt
}

// Hourly is Trusts for who asks more often than once an hour: what the last look
// said holds for an hour, unless the clock was set meanwhile.
func (g *Guard) Hourly(now time.Time) (ok, leapt bool) {
	if since := now.Round(0).Sub(g.last.Round(0)); g.looked && since >= 0 && since < time.Hour {
		return g.wait == 0, false
	}
	return g.Trusts(now)
}
