package relay

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type counters struct {
	accepted, repeats, refused, sent, withheld, retries, dead, unsure, badMarks atomic.Uint64
}

// Stats say how a relay stands.
type Stats struct {
	// Waiting, Sending, Dead and Unsure are letters in the queue now.
	Waiting, Sending, Dead, Unsure int
	// Oldest is how long the oldest waiting letter has been there.
	Oldest time.Duration
	// The rest is counted since the relay was opened. Retried counts tries that
	// failed for now, BadMarks letters whose marks do not fit the bundle.
	Accepted, Repeats, Refused, Sent, Withheld, Retried, Died, Doubted, BadMarks uint64
}

// Stats counts. A letter that is no longer in the queue has been counted.
func (r *Relay) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	var oldest *int64
	err := r.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM mail WHERE state = 0),
		(SELECT count(*) FROM mail WHERE state = 1), (SELECT count(*) FROM mail WHERE state = 4), (SELECT count(*) FROM mail WHERE state = 5),
		(SELECT at FROM mail WHERE id = (SELECT id FROM mail WHERE state = 0 ORDER BY due LIMIT 1))`).
		Scan(&s.Waiting, &s.Sending, &s.Dead, &s.Unsure, &oldest)
	if oldest != nil {
		s.Oldest = time.Duration(max(0, r.now()-*oldest)) * time.Millisecond
	}
	// After the queue: a try is counted before the queue learns how it ended.
	c := &r.counts
	s.Accepted, s.Repeats, s.Refused = c.accepted.Load(), c.repeats.Load(), c.refused.Load()
	s.Sent, s.Withheld, s.Died, s.Doubted = c.sent.Load(), c.withheld.Load(), c.dead.Load(), c.unsure.Load()
	s.Retried, s.BadMarks = c.retries.Load(), c.badMarks.Load()
	return s, typed(err)
}

// Collector exports the stats under winnow_relay_….
func (r *Relay) Collector() prometheus.Collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("winnow_relay_"+name, help, labels, nil)
	}
	return &collector{
		relay:   r,
		letters: desc("letters", "Letters in the queue, by state.", "state"),
		oldest:  desc("oldest_seconds", "How long the oldest waiting letter has been there."),
		ended:   desc("letters_total", "What became of letters since the start.", "result"),
		retries: desc("retries_total", "Tries that failed for now."),
		marks:   desc("bad_marks_total", "Letters whose marks do not fit the bundle."),
		broken:  desc("broken", "1 when the queue can't be read."),
	}
}

type collector struct {
	relay                                          *Relay
	letters, oldest, ended, retries, marks, broken *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.letters, c.oldest, c.ended, c.retries, c.marks, c.broken} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s, err := c.relay.Stats(ctx)
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	if err != nil {
		gauge(c.broken, 1)
	} else {
		gauge(c.broken, 0)
		for state, n := range map[State]int{Waiting: s.Waiting, Sending: s.Sending, Dead: s.Dead, Unsure: s.Unsure} {
			gauge(c.letters, float64(n), state.String())
		}
		gauge(c.oldest, s.Oldest.Seconds())
	}
	for result, n := range map[string]uint64{
		"accepted": s.Accepted, "repeat": s.Repeats, "refused": s.Refused, "sent": s.Sent,
		"withheld": s.Withheld, "dead": s.Died, "unsure": s.Doubted,
	} {
		count(c.ended, n, result)
	}
	count(c.retries, s.Retried)
	count(c.marks, s.BadMarks)
}
