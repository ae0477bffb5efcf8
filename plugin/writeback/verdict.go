package writeback

import (
	"context"
	"errors"
	"time"
)

// note turns what happened to an item into its outcome, and into what it means
// for the target: counted says that a failure of its batch was, and fifty that
// fail together are one failure. What the engine's own end broke off has no
// outcome: it waits in the queue as it did.
func (l *lane) note(outs []outcome, it item, next *Write, err error, counted bool) []outcome {
	if errors.Is(err, context.Canceled) {
		return outs
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.opts.Clock()
	if err == nil {
		l.well(now)
		return append(outs, outcome{item: it, state: written, next: next})
	}
	t := new(Trouble)
	if !errors.As(err, &t) {
		t = &Trouble{Kind: Later, Text: err.Error()}
	}
	o := outcome{item: it, trouble: t.Text}
	switch t.Kind {
	case Refused:
		l.well(now)
		o.state = dead
	case Throttled:
		o.spared = true
		if t.ours { // it says nothing of why
			o.due = now.Add(t.Wait)
			break
		}
		if !counted {
			l.counts.Throttled++
		}
		l.pause(now, max(t.Wait, firstPause), t.Text)
		o.due = l.until
	case Locked:
		if !counted {
			l.failing = max(l.failing+1, patience)
			l.pause(now, l.backoff(l.failing), t.Text)
		}
		o.due = l.until
	default:
		wait := max(l.backoff(it.tries), t.Wait)
		if t.Unsure {
			wait = max(wait, l.target.Timeout)
		}
		o.due = now.Add(wait)
		if counted {
			break
		}
		if l.failing++; l.failing >= patience {
			l.pause(now, max(l.backoff(l.failing-patience), t.Wait), t.Text)
		}
	}
	return append(outs, o)
}

// well notes that the target answers. A pause that another worker was asked for
// stays.
func (l *lane) well(now time.Time) {
	l.failing = 0
	if !l.until.After(now) {
		l.trouble = ""
	}
}

// paused is how long the target wants to be left alone from now on.
func (l *lane) paused() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until.Sub(l.opts.Clock())
}

// pause keeps the target quiet; a longer pause that is under way stays.
func (l *lane) pause(now time.Time, d time.Duration, why string) {
	if until := now.Add(d); until.After(l.until) {
		l.until = until
	}
	if l.trouble == "" {
		l.opts.Log.Warn("write-back: the target is given a pause", "target", l.target.Name, "until", l.until.UTC(), "why", why)
	}
	l.trouble = why
}

// backoff doubles with every failure, up to ten minutes; at random between half
// of that and all of it, so that those that failed together don't come back
// together.
func (l *lane) backoff(failures int) time.Duration {
	d := lastPause
	if failures < 10 {
		d = min(firstPause<<max(failures, 0), lastPause)
	}
	return d/2 + time.Duration(l.opts.Random()*float64(d/2))
}

func (l *lane) count(outs []outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range outs {
		switch {
		case o.next != nil: // its write is yet to come
		case o.state == written:
			l.counts.Written++
		case o.state == dead:
			l.counts.Died++
			l.opts.Log.Warn("write-back: a dead letter", "target", l.target.Name, "entry", o.item.id, "why", o.trouble)
		default:
			l.counts.Failed++
		}
	}
}

func (l *lane) stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.counts
	s.Target, s.Requests, s.Trouble = l.target.Name, l.client.requests.Load(), l.trouble
	if l.until.After(l.opts.Clock()) {
		s.PausedUntil = l.until
	}
	return s
}
