package writeback

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Collector exports how the engine's targets do.
func (e *Engine) Collector() prometheus.Collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("winnow_writeback_"+name, help, append([]string{"target"}, labels...), nil)
	}
	return &collector{
		engine:   e,
		writes:   desc("writes_total", "Attempts to write a decision to a platform, by how they went.", "result"),
		requests: desc("requests_total", "Requests to the platform, of any kind."),
		queue:    desc("queue", "Decisions in the queue, by state.", "state"),
		oldest:   desc("oldest_seconds", "Age of the oldest decision that waits; 0 when none does."),
		paused:   desc("paused", "1 while the target gets no requests."),
		broken:   prometheus.NewDesc("winnow_writeback_broken", "1 when the queue can't be read.", nil, nil),
	}
}

type collector struct {
	engine                                          *Engine
	writes, requests, queue, oldest, paused, broken *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.writes, c.requests, c.queue, c.oldest, c.paused, c.broken} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	list, err := c.engine.Stats(ctx)
	broken := 0.0
	if err != nil { // an invalid metric would take all others with it, just when they are asked for
		broken = 1
	}
	out <- prometheus.MustNewConstMetric(c.broken, prometheus.GaugeValue, broken)
	now := c.engine.opts.Clock()
	for _, s := range list {
		count := func(d *prometheus.Desc, n uint64, labels ...string) {
			out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), append([]string{s.Target}, labels...)...)
		}
		gauge := func(d *prometheus.Desc, v float64, labels ...string) {
			out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{s.Target}, labels...)...)
		}
		count(c.writes, s.Written, "written")
		count(c.writes, s.Failed, "failed")
		count(c.writes, s.Died, "dead")
		count(c.writes, s.Throttled, "throttled")
		count(c.requests, s.Requests)
		gauge(c.queue, float64(s.Waiting), "waiting")
		gauge(c.queue, float64(s.Dead), "dead")
		age, paused := 0.0, 0.0
		if !s.Oldest.IsZero() {
			age = now.Sub(s.Oldest).Seconds()
		}
		if !s.PausedUntil.IsZero() {
			paused = 1
		}
		gauge(c.oldest, age)
		gauge(c.paused, paused)
	}
}
