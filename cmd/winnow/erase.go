package main

import (
	"context"
	"errors"
	"os"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// letterBox forgets contacts of whom letters are kept: a relay or its desk.
type letterBox interface {
	Forget(ctx context.Context, id, address string) (n int, err error)
}

// erasers are what keeps something about contacts besides the decision log.
func (o *outlets) erasers() []receiver.Eraser {
	if o == nil {
		return nil
	}
	return []receiver.Eraser{o}
}

// Erase implements receiver.Eraser.
func (o *outlets) Erase(ctx context.Context, by gate.By, name string) (n int, err error) {
	var letters letterBox
	if o.letters != nil {
		letters = o.letters
	}
	return eraseWaiting(ctx, letters, o.queue, by, name)
}

// eraseWaiting erases a contact from queues, either of which may be nil.
func eraseWaiting(ctx context.Context, letters letterBox, writes *writeback.Queue, by gate.By, name string) (n int, err error) {
	who := writeback.Contact{ID: name}
	if by == gate.ByEmail {
		who = writeback.Contact{Email: name}
	}
	if letters != nil {
		n, err = letters.Forget(ctx, who.ID, who.Email)
	}
	if writes == nil {
		return n, err
	}
	more, trouble := writes.Forget(ctx, who)
	return n + int(more), errors.Join(err, trouble)
}

// eraseBeside erases a contact from the queues beside a decision log that no
// server has open.
func eraseBeside(ctx context.Context, db string, by gate.By, name string) (n int, err error) {
	var letters letterBox
	var writes *writeback.Queue
	if _, missing := os.Stat(db + ".relay"); missing == nil {
		desk, err := relay.OpenDesk(db+".relay", nil)
		if err != nil {
			return 0, err
		}
		defer desk.Close()
		letters = desk
	}
	if _, missing := os.Stat(db + ".writeback"); missing == nil {
		if writes, err = writeback.OpenQueue(db+".writeback", nil); err != nil {
			return 0, err
		}
		defer writes.Close()
	}
	return eraseWaiting(ctx, letters, writes, by, name)
}
