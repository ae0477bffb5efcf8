package relay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

// Relay is a queue of letters and what delivers them. Its methods may be called
// from any number of goroutines. Open makes one, Close ends it.
type Relay struct {
	opts   Options
	db     *sql.DB // to read
	lock   *sql.DB
	w      *writer
	lanes  *lanes
	routes map[string]*route
	taken  taken
	counts counters

	wake chan struct{}
	work chan due
	stop context.CancelFunc // nothing new is begun
	kill context.CancelFunc // what is under way ends
	hard context.Context
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

// Open opens the queue in a file, which it makes when there is none, and begins
// to deliver what waits there. What another process was sending when it ended
// is unsure from now on, or waits again if the options say so.
//
// Errors: ErrLocked when another relay delivers from this file.
func Open(path string, o Options) (*Relay, error) {
	if o.Gate == nil {
		return nil, errors.New("relay: it needs a gate")
	}
	o = o.withDefaults()
	lock, err := dbfile.Lock(path, ErrLocked) // one relay delivers from a queue
	if err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	db, err := openDB(path)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	r := &Relay{opts: o, db: db, lock: lock, lanes: newLanes(o.Limits), routes: map[string]*route{}, taken: taken{ids: map[int64]bool{}}, wake: make(chan struct{}, 1)}
	for name, c := range o.Carriers {
		r.routes[name] = &route{carrier: c, first: min(o.FirstRetry, time.Second), longest: min(o.LastRetry, time.Minute)}
	}
	if err := r.begin(); err != nil {
		return nil, errors.Join(err, db.Close(), lock.Close())
	}
	return r, nil
}

// newest is when the queue last took a letter, or ended with one.
const newest = "SELECT max(coalesce((SELECT at FROM mail ORDER BY id DESC LIMIT 1), 0), coalesce((SELECT max(ended) FROM mail), 0))"

// begin makes the writer, settles what was under way, and starts the workers.
func (r *Relay) begin() error {
	ctx := context.Background()
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return typed(err)
	}
	if err := bound(ctx, conn, r.opts.MaxBytes); err != nil {
		return typed(errors.Join(err, conn.Close()))
	}
	r.w = newWriter(conn)
	if err := r.recover(ctx); err != nil {
		r.w.close()
		return errors.Join(err, r.w.release())
	}
	var last int64
	if err := r.db.QueryRow(newest).Scan(&last); err != nil {
		r.w.close()
		return errors.Join(typed(err), r.w.release())
	}
	soft, stop := context.WithCancel(ctx)
	r.stop = stop
	r.hard, r.kill = context.WithCancel(ctx)
	r.work = make(chan due)
	for range r.opts.Workers {
		r.wg.Go(r.deliverAll)
	}
	r.wg.Go(func() { r.dispatch(soft) })
	r.wg.Go(func() { r.sweep(soft, leap.After(last, r.opts.Remember)) })
	return nil
}

// recover settles letters that were under way when a process ended.
func (r *Relay) recover(ctx context.Context) error {
	const why = "winnow ended while this was being sent"
	var n int64
	err := r.w.change(ctx, func(w *writer) error {
		to := Unsure
		if r.opts.Resend {
			to = Waiting
		}
		res, err := w.result("UPDATE mail SET state = ?, due = ?, why = ? WHERE state = 1", to, r.now(), why)
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	if n > 0 {
		r.opts.Log.Warn("letters were being sent when winnow ended", "letters", n, "sent again", r.opts.Resend)
	}
	return err
}

// Close begins nothing new, lets letters under way be finished until ctx ends,
// and closes the file and the carriers. What is left waits in the file.
func (r *Relay) Close(ctx context.Context) error {
	r.once.Do(func() {
		r.stop()
		ended := make(chan struct{})
		go func() { r.wg.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-ctx.Done():
			r.kill()
			<-ended
		}
		r.kill()
		r.w.close()
		errs := []error{r.w.release(), r.db.Close(), r.lock.Close()}
		for _, rt := range r.routes {
			errs = append(errs, rt.carrier.Close())
		}
		r.err = errors.Join(errs...)
	})
	return r.err
}

func (r *Relay) now() int64 { return r.opts.Clock().UnixMilli() }
