package gate

import (
	"sync/atomic"
	"time"

	"github.com/winnow-gate/winnow/rules"
)

// The words that decisions are counted by.
var (
	outcomeNames = [...]string{"send", "gate", "suppress", "hold", "reroute", "cap", "ask", "pin", "holdout", "degraded"}
	classNames   = [...]string{"marketing", "transactional", "service", "legal", "research"}
	latencyTops  = [...]time.Duration{
		50 * time.Microsecond, 100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
		time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond,
		25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond,
		500 * time.Millisecond, 800 * time.Millisecond, time.Second,
	}
)

func outcomeIndex(d *rules.Decision) int {
	word := d.Outcome()
	for i, n := range outcomeNames {
		if n == word {
			return i
		}
	}
	return 0
}

func classIndex(class string) int {
	for i, n := range classNames {
		if n == class {
			return i
		}
	}
	return 0 // rules treat others as marketing
}

// counters are written on the way to every answer, so each is one atomic
// addition; whoever exports them makes of them what it likes.
type counters struct {
	decided    [len(outcomeNames)][len(classNames)]atomic.Uint64
	latency    [len(latencyTops) + 1]atomic.Uint64
	nanos      atomic.Uint64
	refused    atomic.Uint64
	replayed   atomic.Uint64
	unrecorded atomic.Uint64
	swept      atomic.Uint64
	erased     atomic.Uint64
	reloads    atomic.Uint64
	failed     atomic.Uint64
}

// kind is what a decision is counted as.
type kind struct{ outcome, class uint8 }

func kindOf(d *rules.Decision, in *rules.Input) kind {
	return kind{uint8(outcomeIndex(d)), uint8(classIndex(in.Class()))}
}

func (k kind) add(c *counters) { c.decided[k.outcome][k.class].Add(1) }

// observe counts an answer by how long it took.
func (c *counters) observe(start time.Time) {
	took := time.Since(start)
	i := 0
	for i < len(latencyTops) && took > latencyTops[i] {
		i++
	}
	c.latency[i].Add(1)
	c.nanos.Add(uint64(took))
}

// Metrics are counts since the gate was made, and how things stand.
type Metrics struct {
	// Decisions by outcome and class; only those above 0.
	Decisions []Counted
	// Unknowns are the paths of fields, with how often they left a rule without
	// an answer.
	Unknowns map[string]uint64
	// Latency counts answers by duration: how many took at most each bound.
	Latency map[time.Duration]uint64
	// Answered is the number of answers, Took their duration in all.
	Answered uint64
	Took     time.Duration
	// Refused counts bodies and keys that could not be decided on, Replayed
	// answers given again under an idempotency key, Unrecorded default answers
	// that the log has not got.
	Refused, Replayed, Unrecorded uint64
	// Swept and Erased count records removed.
	Swept, Erased uint64
	// Reloads counts bundles swapped in, FailedReloads those refused.
	Reloads, FailedReloads uint64
	// Queued is how many records, and bytes, wait to be durable; 0 when the
	// store does not say.
	Queued, QueuedBytes int
	// LogBroken says that the latest record could not be stored.
	LogBroken bool
	// Bundle is the state of the bundle, BundleAge how long it has been deciding.
	Bundle    Status
	BundleAge time.Duration
}

// Counted is a number of decisions.
type Counted struct {
	Outcome, Class string
	N              uint64
}

// Metrics reads the counts.
func (g *Gate) Metrics() Metrics {
	c := &g.counts
	c.unrecorded.Add(g.unwaited.lost())
	m := Metrics{
		Unknowns: map[string]uint64{}, Latency: map[time.Duration]uint64{},
		Took: time.Duration(c.nanos.Load()), Refused: c.refused.Load(), Replayed: c.replayed.Load(),
		Unrecorded: c.unrecorded.Load(), Swept: c.swept.Load(), Erased: c.erased.Load(),
		Reloads: c.reloads.Load(), FailedReloads: c.failed.Load(),
		LogBroken: g.broken.Load(), Bundle: g.Status(),
	}
	for o := range c.decided {
		for k := range c.decided[o] {
			if n := c.decided[o][k].Load(); n > 0 {
				m.Decisions = append(m.Decisions, Counted{outcomeNames[o], classNames[k], n})
			}
		}
	}
	for i := range c.latency {
		m.Answered += c.latency[i].Load()
		if i < len(latencyTops) {
			m.Latency[latencyTops[i]] = m.Answered
		}
	}
	if !m.Bundle.LoadedAt.IsZero() {
		m.BundleAge = g.clockNow().Sub(m.Bundle.LoadedAt)
	}
	g.mu.Lock()
	for path, n := range g.unknown {
		m.Unknowns[path] = n.Load()
	}
	g.mu.Unlock()
	if q, ok := g.store.(queued); ok {
		m.Queued, m.QueuedBytes = q.Queued()
	}
	return m
}
