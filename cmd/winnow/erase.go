package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/store"
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
	var errs []error
	if _, missing := os.Stat(db + ".relay"); missing == nil {
		desk, err := relay.OpenDesk(db+".relay", nil)
		if err == nil {
			defer desk.Close()
			letters = desk
		} else {
			errs = append(errs, fmt.Errorf("%s.relay: %w", db, err))
		}
	}
	if _, missing := os.Stat(db + ".writeback"); missing == nil {
		queue, err := writeback.OpenQueue(db+".writeback", nil)
		if err == nil {
			defer queue.Close()
			writes = queue
		}
		errs = append(errs, err)
	}
	n, err = eraseWaiting(ctx, letters, writes, by, name)
	if err = errors.Join(append(errs, err)...); err != nil {
		return n, fmt.Errorf("the queues beside %s: %w", db, err)
	}
	return n, nil
}

func newLogEraseCmd(e *env, db *string) *cobra.Command {
	byEmail, keyFile := false, ""
	cmd := &cobra.Command{
		Use: "erase CONTACT", Short: "Erase everything about a contact", Args: takes(1, 1),
		Long: `Erase removes every decision about a contact, named by contact.id, or with
--email by the address of one that came without an id, and drops what waits for
them in the queues beside the log: letters, and fields to be written to platforms.
What platforms told of them goes too; the legal suppression list keeps a keyed hash
of who is on it, without which they would be written to again. Trouble in one of these
places stops nothing: it is told at the end, with exit code 1. It can't be undone.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			by := gate.ByID
			if byEmail {
				by = gate.ByEmail
			}
			return e.erase(cmd.Context(), *db, keyFile, by, args[0])
		},
	}
	cmd.Flags().BoolVar(&byEmail, "email", false, "the contact is named by its address")
	cmd.Flags().StringVar(&keyFile, "hash-key-file", "", "file of hash keys (default: the db's name with .key)")
	return cmd
}

func (e *env) erase(ctx context.Context, db, keyFile string, by gate.By, name string) error {
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
		return failure(exitFailed, "name it with --db", "there is no decision log %s", db)
	}
	keys, _, err := hashKeys(db, keyFile, false)
	if err != nil {
		return err
	}
	total, err := eraseDecisions(ctx, db, gate.ContactKeys(keys, by, name))
	if errors.Is(err, store.ErrLocked) {
		return failure(exitFailed, "ask it: DELETE /v1/contacts/{id}; or stop it first", "a server has the decision log %s", db)
	}
	// Trouble in one place stops nothing, so that as little as possible is left.
	eventsErr := forgetEvents(ctx, db, keys, by, name)
	waiting, waitingErr := eraseBeside(ctx, db, by, name)
	trouble := errors.Join(err, eventsErr, waitingErr)
	_, err = fmt.Fprintf(e.stdout, "%d decisions erased\n", total)
	if err == nil && waiting > 0 {
		_, err = fmt.Fprintf(e.stdout, "%d letters and fields that waited erased\n", waiting)
	}
	if trouble != nil {
		err = failure(exitFailed, "mend that and erase again; what is erased stays so", "something of the contact may be left: %w", errors.Join(trouble, err))
	}
	return err
}

// eraseDecisions removes the decisions under any of a contact's keys.
func eraseDecisions(ctx context.Context, db string, keys [][]byte) (total int, err error) {
	log, err := store.Open(db, store.Options{})
	if err != nil {
		return 0, logError(db, err)
	}
	for _, k := range keys {
		n, eraseErr := log.Erase(ctx, k)
		total += n
		err = errors.Join(err, eraseErr)
	}
	if err = errors.Join(err, log.Close(context.WithoutCancel(ctx))); err != nil {
		return total, fmt.Errorf("the decision log %s: %w", db, err)
	}
	return total, nil
}
