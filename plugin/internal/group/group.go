// Package group commits in groups: many goroutines write to one SQLite file, none
// goes on before what it brought is durable, and what they bring while one
// transaction commits becomes the next. It exists because the write-back queue and
// the ledger of events need exactly this; the decision log, which is written for
// every send, has a faster way of its own (package store).
package group

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// Committer is the one goroutine that writes. Its methods may be called from any
// number of goroutines; Start makes one, Close ends it.
type Committer struct {
	name  string
	db    *sql.DB
	after func() error
	ended error
	jobs  chan job
	done  chan struct{} // closed when the goroutine has ended

	mu     sync.RWMutex // guards closed against sends on jobs
	closed bool
}

// job is work for the committer: one transaction holds many.
type job struct {
	do   func(*sql.Tx) error
	errs chan error
}

// maxJobs is how many jobs one transaction holds, and how many may wait.
const maxJobs = 256

// Start makes a committer for db; name stands before errors of its own. after,
// unless nil, is called when a transaction has been committed, before anybody
// hears of it. From Close on Do answers ended.
func Start(name string, db *sql.DB, ended error, after func() error) *Committer {
	c := &Committer{name: name, db: db, after: after, ended: ended, jobs: make(chan job, maxJobs), done: make(chan struct{})}
	go c.run()
	return c
}

// Do has the committer do something and waits until it is durable. When the
// transaction fails for another's sake it is done again: do must bear that. When
// ctx ends first, it may yet happen, and do may still run.
func (c *Committer) Do(ctx context.Context, do func(*sql.Tx) error) error {
	j := job{do: do, errs: make(chan error, 1)}
	if err := c.hand(ctx, j); err != nil {
		return err
	}
	select {
	case err := <-j.errs:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Committer) hand(ctx context.Context, j job) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return c.ended
	}
	select {
	case c.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close writes what was handed in. It reports whether it was the first to close.
func (c *Committer) Close() (first bool) {
	c.mu.Lock()
	if first = !c.closed; first {
		c.closed = true
		close(c.jobs)
	}
	c.mu.Unlock()
	<-c.done
	return first
}

// run puts what comes while it commits into the next transaction.
func (c *Committer) run() {
	defer close(c.done)
	for first := range c.jobs {
		batch := []job{first}
	gather:
		for len(batch) < maxJobs {
			select {
			case j, ok := <-c.jobs:
				if !ok {
					break gather
				}
				batch = append(batch, j)
			default:
				break gather
			}
		}
		c.commit(batch)
	}
}

// commit makes one transaction of the jobs. When it fails, each gets one of its
// own, so that none fails for another's sake.
func (c *Committer) commit(batch []job) {
	err := c.transact(batch)
	if err != nil && len(batch) > 1 {
		for _, j := range batch {
			j.errs <- c.transact([]job{j})
		}
		return
	}
	for _, j := range batch {
		j.errs <- err
	}
}

func (c *Committer) transact(batch []job) error {
	tx, err := c.db.Begin()
	if err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	for _, j := range batch {
		if err := j.do(tx); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", c.name, err)
	}
	if c.after == nil {
		return nil
	}
	return c.after()
}
