package platform

import (
	"sync/atomic"
	"time"
)

// result is what became of a call.
type result int

const (
	answered result = iota
	greeted
	forged
	unreadableCall
	undecided
	conflict
	broken
	results
)

func resultNames() [results]string {
	return [results]string{"answered", "greeted", "forged", "unreadable", "undecided", "conflict", "broken"}
}

func resultOf(k TroubleKind) result {
	for i, name := range resultNames() {
		if name == string(k) {
			return result(i)
		}
	}
	return broken
}

// counters are written on the way to every reply, so each is one atomic
// addition.
type counters struct {
	by    [results]atomic.Uint64
	nanos atomic.Uint64
	calls atomic.Uint64
}

func (c *counters) add(r result) { c.by[r].Add(1) }

// epoch is what times are measured from: two times since it cost less than a clock
// that also knows the date.
var epoch = time.Now()

func (c *counters) observe(took time.Duration) {
	c.calls.Add(1)
	c.nanos.Add(uint64(took))
}

// Metrics are counts since the source was made.
type Metrics struct {
	// Calls by what became of them; only those above 0.
	Calls map[string]uint64
	// Total is the number of calls, Took how long they took in all.
	Total uint64
	Took  time.Duration
}

// Metrics reads the counts.
func (s *Source) Metrics() Metrics {
	m := Metrics{Calls: map[string]uint64{}, Total: s.counts.calls.Load(), Took: time.Duration(s.counts.nanos.Load())}
	for i, name := range resultNames() {
		if n := s.counts.by[i].Load(); n > 0 {
			m.Calls[name] = n
		}
	}
	return m
}
