package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// job is work for the committer: one transaction holds many.
type job struct {
	do   func(*sql.Tx) error
	errs chan error
}

// maxJobs is how many jobs one transaction holds, and how many may wait.
const maxJobs = 256

// commit has the committer do something, and waits until it is durable and what
// is held in memory says so too.
func (l *Ledger) commit(ctx context.Context, do func(*sql.Tx) error) error {
	j := job{do: do, errs: make(chan error, 1)}
	if err := l.hand(ctx, j); err != nil {
		return err
	}
	select {
	case err := <-j.errs:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Ledger) hand(ctx context.Context, j job) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return ErrClosed
	}
	select {
	case l.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commitAll is the committer: it puts what comes while it commits into the next
// transaction.
func (l *Ledger) commitAll() {
	defer close(l.done)
	for first := range l.jobs {
		batch := []job{first}
	gather:
		for len(batch) < maxJobs {
			select {
			case j, ok := <-l.jobs:
				if !ok {
					break gather
				}
				batch = append(batch, j)
			default:
				break gather
			}
		}
		l.commitBatch(batch)
	}
}

// commitBatch makes one transaction of the jobs. When it fails, each gets one of
// its own, so that none fails for another's sake.
func (l *Ledger) commitBatch(batch []job) {
	err := l.transact(batch)
	if err != nil && len(batch) > 1 {
		for _, j := range batch {
			j.errs <- l.transact([]job{j})
		}
		return
	}
	for _, j := range batch {
		j.errs <- err
	}
}

func (l *Ledger) transact(batch []job) error {
	tx, err := l.db.Begin()
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	for _, j := range batch {
		if err := j.do(tx); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return errors.Join(l.readCoverage(), l.refresh())
}
