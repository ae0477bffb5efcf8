package relay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// maxBatch is how many changes share a transaction.
const maxBatch = 256

// writer makes all changes to the queue. Changes that come while others are
// being written wait for each other and share the next transaction: a disk is
// waited for once for many of them.
type writer struct {
	conn  *sql.Conn
	st    map[string]*sql.Stmt
	ops   chan *op
	quit  chan struct{}
	once  sync.Once
	ended chan struct{}
}

// op is one change. It may run more than once; only its last run counts.
type op struct {
	do   func(*writer) error
	done chan error
}

func newWriter(conn *sql.Conn) *writer {
	w := &writer{
		conn: conn, st: map[string]*sql.Stmt{}, ops: make(chan *op, maxBatch),
		quit: make(chan struct{}), ended: make(chan struct{}),
	}
	go w.run()
	return w
}

// change makes a change and waits until it is durable. When ctx ends before its
// turn has come, it is not made; when ctx ends later, it may be made.
func (w *writer) change(ctx context.Context, do func(*writer) error) error {
	o := &op{do: do, done: make(chan error, 1)}
	select {
	case <-w.quit:
		return ErrClosed
	default:
	}
	select {
	case w.ops <- o:
	case <-w.quit:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-o.done:
		return err
	case <-w.ended:
		select {
		case err := <-o.done:
			return err
		default:
			return ErrClosed
		}
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close writes what has come, and ends.
func (w *writer) close() {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
}

func (w *writer) run() {
	defer close(w.ended)
	batch := make([]*op, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case o := <-w.ops:
			batch = append(batch, o)
		case <-w.quit:
			select {
			case o := <-w.ops:
				batch = append(batch, o)
			default:
				return
			}
		}
		for more := true; more && len(batch) < maxBatch; {
			select {
			case o := <-w.ops:
				batch = append(batch, o)
			default:
				more = false
			}
		}
		w.commit(batch)
	}
}

// commit makes the changes together or, if that fails, each alone, so that one
// that can't be made does not spoil the others.
func (w *writer) commit(batch []*op) {
	err := w.tx(batch)
	if err == nil || len(batch) == 1 {
		for _, o := range batch {
			o.done <- typed(err)
		}
		return
	}
	for i := range batch {
		batch[i].done <- typed(w.tx(batch[i : i+1]))
	}
}

func (w *writer) tx(batch []*op) (err error) {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, o := range batch {
		if err = o.do(w); err != nil {
			break
		}
	}
	if err == nil {
		err = w.exec("COMMIT")
	}
	if err != nil {
		// SQLite may have rolled back by itself; then this has nothing to do.
		_ = w.exec("ROLLBACK")
	}
	return err
}

func (w *writer) exec(query string, args ...any) error {
	_, err := w.result(query, args...)
	return err
}

// changed runs a statement and reports whether it changed a row.
func (w *writer) changed(query string, args ...any) (bool, error) {
	res, err := w.result(query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// result runs a statement, which is compiled once.
func (w *writer) result(query string, args ...any) (sql.Result, error) {
	st := w.st[query]
	if st == nil {
		var err error
		if st, err = w.conn.PrepareContext(context.Background(), query); err != nil {
			return nil, err
		}
		w.st[query] = st
	}
	return st.ExecContext(context.Background(), args...)
}

func (w *writer) release() error {
	var errs []error
	for _, st := range w.st {
		errs = append(errs, st.Close())
	}
	if err := errors.Join(append(errs, w.conn.Close())...); err != nil {
		return fmt.Errorf("relay: %w", err)
	}
	return nil
}
