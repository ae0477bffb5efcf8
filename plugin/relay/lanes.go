package relay

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// lanes keep to the limits of domains.
type lanes struct {
	limits map[string]Limit
	mu     sync.Mutex
	of     map[string]*lane
}

// lane is what goes to one domain.
type lane struct {
	limit  Limit
	active int
	pace   *rate.Limiter // nil for no limit
	opens  time.Time     // before then there is no use in asking
}

func newLanes(limits map[string]Limit) *lanes {
	return &lanes{limits: limits, of: map[string]*lane{}}
}

func (l *lanes) limitOf(domain string) Limit {
	if limit, ok := l.limits[domain]; ok {
		return limit
	}
	return l.limits[""]
}

// enter begins a letter to a domain, unless its limits say no.
func (l *lanes) enter(domain string, now time.Time) bool {
	limit := l.limitOf(domain)
	if limit == (Limit{}) {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	ln := l.of[domain]
	if ln == nil {
		ln = &lane{limit: limit}
		if limit.Rate > 0 {
			ln.pace = rate.NewLimiter(rate.Limit(limit.Rate), max(1, int(limit.Rate)))
		}
		l.of[domain] = ln
	}
	if ln.full(now) {
		return false
	}
	if ln.pace != nil {
		res := ln.pace.ReserveN(now, 1)
		if wait := res.DelayFrom(now); wait > 0 {
			res.CancelAt(now)
			ln.opens = now.Add(wait)
			return false
		}
	}
	ln.active++
	return true
}

func (ln *lane) full(now time.Time) bool {
	return ln.limit.AtOnce > 0 && ln.active >= ln.limit.AtOnce || now.Before(ln.opens)
}

// leave ends a letter to a domain. A lane that nothing is left to know of is
// forgotten: there are as many domains as people type.
func (l *lanes) leave(domain string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ln := l.of[domain]
	if ln == nil {
		return
	}
	if ln.active--; ln.active == 0 && (ln.pace == nil || ln.pace.TokensAt(now) >= float64(ln.pace.Burst())) {
		delete(l.of, domain)
	}
}

// closed lists domains that take nothing now, at most n of them, and when the
// first of those with a pace opens.
func (l *lanes) closed(now time.Time, n int) (domains []string, opens time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for domain, ln := range l.of {
		if ln.active == 0 && !ln.full(now) && (ln.pace == nil || ln.pace.TokensAt(now) >= float64(ln.pace.Burst())) {
			delete(l.of, domain)
			continue
		}
		if !ln.full(now) || len(domains) == n {
			continue
		}
		domains = append(domains, domain)
		if ln.opens.After(now) && (opens.IsZero() || ln.opens.Before(opens)) {
			opens = ln.opens
		}
	}
	return domains, opens
}
