package relay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// errGone: a person dropped the letter while it was being prepared.
var errGone = errors.New("the letter was dropped")

func noRow(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNone
	}
	return err
}

// survive lays a letter aside that winnow itself fails over. It would otherwise
// end the server, and again after each start. Whether it was sent is not known. A
// panic's value may hold what stands in the letter, so only its type is logged.
func (r *Relay) survive(d due) {
	if cause := recover(); cause != nil {
		r.opts.Log.Error("panic", "letter", d.id, "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
		r.settle(d, Doubt, "winnow failed over this letter: its log says where", "")
	}
}

// mark notes that a letter is about to leave.
func (r *Relay) mark(d due, a *answer) error {
	var ok bool
	err := r.w.change(r.hard, func(w *writer) (err error) {
		ok, err = w.changed("UPDATE mail SET state = 1, decision = ? WHERE id = ? AND state = 0", a.DecisionID, d.id)
		return err
	})
	if err == nil && !ok {
		err = errGone
	}
	return err
}

// settle records what came of a try.
func (r *Relay) settle(d due, v Verdict, why, decision string) {
	if v == Doubt && r.opts.Resend {
		v = Later
	}
	switch {
	case v == Done:
		r.counts.sent.Add(1)
		r.end(d, Sent, "", decision)
	case v == Doubt:
		r.counts.unsure.Add(1)
		r.lay(d, Unsure, why, decision)
	case v == Never:
		r.counts.dead.Add(1)
		r.lay(d, Dead, why, decision)
	case r.now()-d.at >= r.opts.GiveUp.Milliseconds():
		r.counts.dead.Add(1)
		r.lay(d, Dead, "given up: "+why, decision)
	default:
		r.counts.retries.Add(1)
		due := r.now() + r.opts.backOff(d.tries+1).Milliseconds()
		r.insist(func(w *writer) error {
			return w.exec("UPDATE mail SET state = 0, tries = tries + 1, due = ?, why = ? WHERE id = ? AND state IN (0, 1)", due, why, d.id)
		})
	}
}

// withhold ends a letter that the gate keeps back.
func (r *Relay) withhold(d due, why, decision string) {
	r.counts.withheld.Add(1)
	r.end(d, Withheld, why, decision)
}

// end takes a letter out of the queue, and keeps that it was there.
func (r *Relay) end(d due, s State, why, decision string) {
	r.insist(func(w *writer) error { return w.seal(d.id, s, r.now(), why, decision) })
}

// seal notes how a letter ended, and removes it.
func (w *writer) seal(id int64, s State, now int64, why, decision string) error {
	err := w.exec("UPDATE mail SET state = ?, ended = ?, why = ?, decision = coalesce(nullif(?, ''), decision), tries = tries + ? WHERE id = ?",
		s, now, why, decision, s == Sent, id)
	if err != nil {
		return err
	}
	return w.exec("DELETE FROM letter WHERE id = ?", id)
}

// lay puts a letter aside for a person to look at.
func (r *Relay) lay(d due, s State, why, decision string) {
	r.opts.Log.Warn("a letter needs somebody to look at it: winnow relay show", "letter", d.id, "state", s, "why", why)
	r.insist(func(w *writer) error {
		return w.exec("UPDATE mail SET state = ?, ended = ?, why = ?, decision = coalesce(nullif(?, ''), decision), tries = tries + 1 WHERE id = ? AND state IN (0, 1)",
			s, r.now(), why, decision, d.id)
	})
}

// postpone has a letter wait without counting a try.
func (r *Relay) postpone(d due, wait time.Duration, why string) {
	if r.now()-d.at >= r.opts.GiveUp.Milliseconds() {
		r.settle(d, Later, why, "")
		return
	}
	due := r.now() + max(wait, 0).Milliseconds()
	r.insist(func(w *writer) error {
		return w.exec("UPDATE mail SET state = 0, due = ?, why = ? WHERE id = ? AND state IN (0, 1)", due, why, d.id)
	})
}

// insist makes a change however long it takes: while the disk is full, say,
// what was sent must not be forgotten. It gives up only when the relay is told
// to end; what was being sent then is unsure.
func (r *Relay) insist(do func(*writer) error) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := r.w.change(context.Background(), do)
		if err == nil {
			return
		}
		r.opts.Log.Error("the relay's queue can't be written", "error", err)
		select {
		case <-r.hard.Done():
			return
		case <-time.After(wait):
		}
	}
}
