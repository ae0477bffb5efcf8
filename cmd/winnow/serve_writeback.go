package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// writeBackGrace is how long requests to platforms may take to end when the
// server ends; what waits, waits in the file.
const writeBackGrace = 20 * time.Second

// outlets are the ways by which decisions leave other than answers: either may
// be missing.
type outlets struct {
	letters *relay.Relay
	queue   *writeback.Queue
	handed  *handed.Book
	engine  atomic.Pointer[writeback.Engine]
}

// Put implements platform.Outbox. Sources are made before the engine, which
// writes for them, and called after it.
func (o *outlets) Put(ctx context.Context, ws ...writeback.Write) error {
	e := o.engine.Load()
	if e == nil {
		return writeback.ErrClosed
	}
	return e.Put(ctx, ws...)
}

// writeBack opens the queue beside the decision log and starts the engine, when
// there is a source whose platform reads no answers.
func (o *outlets) writeBack(list []*platform.Source, db string, logger *slog.Logger) (err error) {
	var targets []writeback.Target
	for _, s := range list {
		if t := s.Target(); t != nil {
			targets = append(targets, writeback.Target{Name: s.Name(), Platform: t, Decide: s.DecideLater})
		}
	}
	if len(targets) == 0 {
		return nil
	}
	if o.queue, err = writeback.OpenQueue(db+".writeback", nil); err != nil {
		return failure(exitFailed, "check the file and its folder", "can't open the queue %s.writeback: %v", db, err)
	}
	e, err := writeback.New(writeback.Options{Queue: o.queue, Targets: targets, Log: logger})
	if errors.Is(err, writeback.ErrLocked) {
		return failure(exitFailed, "stop it, or give this server a --db of its own", "can't write back from %s.writeback: %v", db, err)
	}
	if err != nil {
		return err
	}
	o.engine.Store(e)
	return nil
}

// close ends what is under way.
func (o *outlets) close(ctx context.Context) error {
	if o == nil {
		return nil
	}
	err := closeRelay(ctx, o.letters)
	if e := o.engine.Load(); e != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeBackGrace)
		defer cancel()
		if late := e.Close(last); !errors.Is(late, context.DeadlineExceeded) { // it is no loss: what was broken off stays in the queue
			err = errors.Join(err, late)
		}
	}
	if o.queue != nil {
		err = errors.Join(err, o.queue.Close())
	}
	if o.handed != nil {
		err = errors.Join(err, o.handed.Close())
	}
	return err
}
