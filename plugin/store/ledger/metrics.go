package ledger

import "sync/atomic"

type counters struct {
	by      [kinds]atomic.Uint64
	repeats atomic.Uint64
}

// Metrics are counts since the ledger was opened.
type Metrics struct {
	// Events that were new, by kind; Repeats of any kind.
	Events  map[string]uint64
	Repeats uint64
	// Suppressed is how many keys the legal list has now.
	Suppressed int
}

// Metrics reads the counts.
func (l *Ledger) Metrics() Metrics {
	m := Metrics{Events: map[string]uint64{}, Repeats: l.counts.repeats.Load(), Suppressed: l.list.len()}
	for k := range l.counts.by {
		if n := l.counts.by[k].Load(); n > 0 {
			m.Events[Kind(k).String()] = n
		}
	}
	return m
}
