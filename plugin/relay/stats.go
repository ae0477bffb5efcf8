package relay

import (
	"context"
	"sync/atomic"
	"time"
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

// Stats counts.
func (r *Relay) Stats(ctx context.Context) (Stats, error) {
	c := &r.counts
	s := Stats{
		Accepted: c.accepted.Load(), Repeats: c.repeats.Load(), Refused: c.refused.Load(), Sent: c.sent.Load(),
		Withheld: c.withheld.Load(), Retried: c.retries.Load(), Died: c.dead.Load(), Doubted: c.unsure.Load(), BadMarks: c.badMarks.Load(),
	}
	var oldest *int64
	err := r.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM mail WHERE state = 0),
		(SELECT count(*) FROM mail WHERE state = 1), (SELECT count(*) FROM mail WHERE state = 4), (SELECT count(*) FROM mail WHERE state = 5),
		(SELECT at FROM mail WHERE id = (SELECT id FROM mail WHERE state = 0 ORDER BY due LIMIT 1))`).
		Scan(&s.Waiting, &s.Sending, &s.Dead, &s.Unsure, &oldest)
	if oldest != nil {
		s.Oldest = time.Duration(max(0, r.now()-*oldest)) * time.Millisecond
	}
	return s, typed(err)
}
