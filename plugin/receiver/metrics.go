package receiver

import (
	"bytes"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/winnow-gate/winnow/plugin/gate"
)

// metrics exports the counts of a gate. The gate counts with plain atomic
// additions; everything Prometheus is done here, when somebody asks.
type metrics struct {
	gate     *gate.Gate
	problems *problemCounts
	sources  []Source
	registry *prometheus.Registry
	version  string

	decisions, unknowns, latency, refused, replayed, unrecorded, removed                  *prometheus.Desc
	bundleInfo, bundleLoaded, bundleAge, bundleStale, reloads, queue, queueBytes, logDown *prometheus.Desc
	errors, build, calls, callTime                                                        *prometheus.Desc
}

func newMetrics(g *gate.Gate, problems *problemCounts, version string) *metrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("winnow_"+name, help, labels, nil)
	}
	m := &metrics{
		gate: g, problems: problems, registry: prometheus.NewRegistry(), version: version,
		decisions:    desc("decisions_total", "Decisions answered, by outcome and message class.", "outcome", "class"),
		unknowns:     desc("unknown_fields_total", "How often a field without a value left a rule without an answer.", "field"),
		latency:      desc("decision_duration_seconds", "Time from body to answer, with the log."),
		refused:      desc("refused_total", "Bodies and idempotency keys that could not be decided on."),
		replayed:     desc("replayed_total", "Answers given again under an idempotency key."),
		unrecorded:   desc("unrecorded_total", "Default answers that the decision log has not got."),
		removed:      desc("records_removed_total", "Records removed from the log.", "why"),
		bundleInfo:   desc("bundle_info", "The bundle that decides.", "digest"),
		bundleLoaded: desc("bundle_loaded_timestamp_seconds", "When the bundle was loaded."),
		bundleAge:    desc("bundle_age_seconds", "How long the bundle has been deciding."),
		bundleStale:  desc("bundle_stale", "1 when the source holds a bundle that can't be used."),
		reloads:      desc("bundle_reloads_total", "Reloads, by how they went.", "result"),
		queue:        desc("log_queue_records", "Records that are not durable yet."),
		queueBytes:   desc("log_queue_bytes", "Bytes of records that are not durable yet."),
		logDown:      desc("log_broken", "1 when the latest record could not be stored."),
		errors:       desc("http_problems_total", "Requests answered with a problem.", "status"),
		calls:        desc("source_calls_total", "Calls of platforms, by source and what became of them.", "source", "result"),
		callTime:     desc("source_seconds_total", "Time spent on calls of platforms, by source.", "source"),
		build:        desc("build_info", "The program.", "version"),
	}
	m.registry.MustRegister(m)
	return m
}

// Describe implements prometheus.Collector.
func (m *metrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		m.decisions, m.unknowns, m.latency, m.refused, m.replayed, m.unrecorded, m.removed, m.bundleInfo, m.bundleLoaded, m.bundleAge,
		m.bundleStale, m.reloads, m.queue, m.queueBytes, m.logDown, m.errors, m.build,
		m.calls, m.callTime,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	s := m.gate.Metrics()
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, d := range s.Decisions {
		count(m.decisions, d.N, d.Outcome, d.Class)
	}
	for path, n := range s.Unknowns {
		count(m.unknowns, n, path)
	}
	buckets := make(map[float64]uint64, len(s.Latency))
	for top, n := range s.Latency {
		buckets[top.Seconds()] = n
	}
	out <- prometheus.MustNewConstHistogram(m.latency, s.Answered, s.Took.Seconds(), buckets)
	count(m.refused, s.Refused)
	count(m.replayed, s.Replayed)
	count(m.unrecorded, s.Unrecorded)
	count(m.removed, s.Swept, "expired")
	count(m.removed, s.Erased, "erased")
	count(m.reloads, s.Reloads, "good")
	count(m.reloads, s.FailedReloads, "failed")
	if s.Bundle.Digest != "" {
		gauge(m.bundleInfo, 1, s.Bundle.Digest)
		gauge(m.bundleLoaded, float64(s.Bundle.LoadedAt.UnixNano())/float64(time.Second))
		gauge(m.bundleAge, s.BundleAge.Seconds())
	}
	gauge(m.bundleStale, truth(s.Bundle.Stale))
	gauge(m.queue, float64(s.Queued))
	gauge(m.queueBytes, float64(s.QueuedBytes))
	gauge(m.logDown, truth(s.LogBroken))
	gauge(m.build, 1, m.version)
	for _, s := range m.sources {
		by := s.Metrics()
		for result, n := range by.Calls {
			count(m.calls, n, s.Name(), result)
		}
		out <- prometheus.MustNewConstMetric(m.callTime, prometheus.CounterValue, by.Took.Seconds(), s.Name())
	}
	m.problems.each(func(status int, n uint64) { count(m.errors, n, strconv.Itoa(status)) })
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// exposeMetrics answers GET /metrics.
func (r *Receiver) exposeMetrics(c *fiber.Ctx, _ caller) error {
	all := prometheus.Gatherers{r.metrics.registry}
	if r.opts.Metrics != nil {
		all = append(all, r.opts.Metrics)
	}
	families, err := all.Gather()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	enc := expfmt.NewEncoder(&out, format)
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			return err
		}
	}
	c.Response().Header.SetContentType(string(format))
	c.Response().SetBody(out.Bytes())
	return nil
}

// problemCounts counts problems by HTTP status.
type problemCounts struct{ byStatus [600]atomic.Uint64 }

func newProblemCounts() *problemCounts { return &problemCounts{} }

func (p *problemCounts) count(status int) {
	if status >= 0 && status < len(p.byStatus) {
		p.byStatus[status].Add(1)
	}
}

func (p *problemCounts) each(f func(status int, n uint64)) {
	for status := range p.byStatus {
		if n := p.byStatus[status].Load(); n > 0 {
			f(status, n)
		}
	}
}
