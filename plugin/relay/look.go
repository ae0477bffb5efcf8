package relay

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// taken are the letters that have been handed out and not come back.
type taken struct {
	mu  sync.Mutex
	ids map[int64]bool
}

func (t *taken) add(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ids[id] = true
}

func (t *taken) remove(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.ids, id)
}

func (t *taken) has(id int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ids[id]
}

func (t *taken) size() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.ids)
}

// look reads the letters whose time has come, longest due first, without those
// of domains and sources that take none now. next is when there will be a
// reason to look again, zero when only something new would be one.
func (r *Relay) look(ctx context.Context) (list []due, next time.Time, err error) {
	now := time.Now()
	var where strings.Builder
	var args []any
	except := func(column string, values []string) {
		for i, v := range values {
			if i == 0 {
				fmt.Fprintf(&where, " AND %s NOT IN (?", column)
			} else {
				where.WriteString(", ?")
			}
			args = append(args, v)
		}
		if len(values) > 0 {
			where.WriteString(")")
		}
	}
	domains, opens := r.lanes.closed(now, maxClosed)
	sources, wakes := r.resting(now)
	except("domain", domains)
	except("source", sources)
	stamp := r.now()
	args = append(args, stamp, page+r.taken.size())
	rows, err := r.db.QueryContext(ctx, "SELECT id, source, domain, tries, at, name FROM mail WHERE state = 0"+where.String()+
		" AND due <= ? ORDER BY due LIMIT ?", args...)
	if err != nil {
		return nil, next, err
	}
	defer rows.Close()
	for rows.Next() && len(list) < page {
		var d due
		if err := rows.Scan(&d.id, &d.source, &d.domain, &d.tries, &d.at, &d.name); err != nil {
			return nil, next, err
		}
		if !r.taken.has(d.id) {
			list = append(list, d)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, next, err
	}
	next = sooner(opens, wakes)
	var first *int64
	err = r.db.QueryRowContext(ctx, "SELECT min(due) FROM mail WHERE state = 0 AND due > ?", stamp).Scan(&first)
	if err == nil && first != nil {
		next = sooner(next, now.Add(time.Duration(*first-stamp)*time.Millisecond))
	}
	return list, next, err
}

// resting lists the sources whose carrier rests, and when the first one wakes.
func (r *Relay) resting(now time.Time) (sources []string, wakes time.Time) {
	for name, rt := range r.routes {
		if until, yes := rt.resting(now); yes {
			sources, wakes = append(sources, name), sooner(wakes, until)
		}
	}
	return sources, wakes
}

// sooner is the earlier of two times, of which a zero one is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
