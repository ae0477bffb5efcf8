package handed

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// The states of a handover.
const (
	underWay = iota
	taken
	unsure
)

// Handover is one attempt to hand a message over to people.
type Handover struct {
	// Fresh are those to hand it over to: indices of the list that Begin got.
	Fresh []int
	// Answer is what was answered when the others were taken, nil if there are
	// none.
	Answer []byte

	book  *Book
	batch int64 // 0 when there is nobody to hand over to
}

func keyOf(source, message, who string) []byte {
	sum := sha256.Sum256([]byte(source + "\x00" + message + "\x00" + strings.ToLower(who)))
	return sum[:]
}

// Begin notes that a message is about to be handed over to people. Whoever it
// was handed over to before is left out of Fresh. Errors: ErrBusy and ErrUnsure,
// of which nothing is noted, and the file's.
func (l *Book) Begin(ctx context.Context, source, message string, people []string) (*Handover, error) {
	var h *Handover
	err := l.change(ctx, func(tx *sql.Tx) error {
		h = &Handover{book: l}
		if err := l.expire(tx); err != nil {
			return err
		}
		keys := make([][]byte, len(people))
		for i, who := range people {
			keys[i] = keyOf(source, message, who)
			if err := h.sort(tx, i, keys[i]); err != nil {
				return err
			}
		}
		return h.note(tx, source, message, keys)
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

// sort finds out whether somebody was handed over before.
func (h *Handover) sort(tx *sql.Tx, i int, key []byte) error {
	var state int
	var answer []byte
	err := tx.QueryRow("SELECT state, coalesce(answer, x'') FROM handed JOIN batch ON batch.id = handed.batch WHERE key = ?", key).Scan(&state, &answer)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		h.Fresh = append(h.Fresh, i)
	case err != nil:
		return err
	case state == underWay:
		return ErrBusy
	case state == unsure && h.book.opts.Resend:
		h.Fresh = append(h.Fresh, i)
	case state == unsure:
		return ErrUnsure
	default:
		h.Answer = answer
	}
	return nil
}

func (h *Handover) note(tx *sql.Tx, source, message string, keys [][]byte) error {
	if len(h.Fresh) == 0 {
		return nil
	}
	res, err := tx.Exec("INSERT INTO batch (source, message, people, state, at) VALUES (?, ?, ?, ?, ?)",
		source, message, len(h.Fresh), underWay, h.book.now())
	if err != nil {
		return err
	}
	if h.batch, err = res.LastInsertId(); err != nil {
		return err
	}
	st, err := tx.Prepare("INSERT INTO handed (key, batch) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET batch = excluded.batch")
	if err != nil {
		return err
	}
	defer st.Close()
	for _, i := range h.Fresh {
		if _, err := st.Exec(keys[i], h.batch); err != nil {
			return err
		}
	}
	return nil
}

func (l *Book) now() int64 { return l.opts.Clock().UnixMilli() }

// isTime reports, once an hour, whether to forget what is too old. By a clock that
// leapt forward all would be, and a batch that is posted again go out twice.
func (l *Book) isTime() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.opts.Clock()
	if since := now.Sub(l.looked); since >= 0 && since < time.Hour {
		return false
	}
	l.looked = now
	ok, leapt := l.guard.Trusts(now)
	if leapt {
		l.opts.Log.Warn("the clock is far ahead of where it was: old handovers are remembered for a day more, so that none is made twice; check the system's time", "now", now)
	}
	return ok
}

// expire forgets what is too old, but not what nobody knows about.
func (l *Book) expire(tx *sql.Tx) error {
	if !l.isTime() {
		return nil
	}
	before := l.opts.Clock().Add(-l.opts.Remember).UnixMilli()
	for _, q := range []string{
		"DELETE FROM handed WHERE batch IN (SELECT id FROM batch WHERE at < ? AND state = 1)",
		"DELETE FROM batch WHERE at < ? AND state = 1",
	} {
		if _, err := tx.Exec(q, before); err != nil {
			return err
		}
	}
	return nil
}

// Taken says that they were taken; answer is what a repeat gets.
func (h *Handover) Taken(ctx context.Context, answer []byte) error {
	return h.end(ctx, "UPDATE batch SET state = ?, answer = ? WHERE id = ?", taken, answer, h.batch)
}

// Doubt says that nobody knows whether they were taken.
func (h *Handover) Doubt(ctx context.Context) error {
	return h.end(ctx, "UPDATE batch SET state = ? WHERE id = ?", unsure, h.batch)
}

func (h *Handover) end(ctx context.Context, query string, args ...any) error {
	if h.batch == 0 {
		return nil
	}
	return h.book.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

// NotTaken says that they were not taken, and may be handed over again.
func (h *Handover) NotTaken(ctx context.Context) error {
	if h.batch == 0 {
		return nil
	}
	return h.book.change(ctx, func(tx *sql.Tx) error { return forget(tx, h.batch) })
}

func forget(tx *sql.Tx, batch int64) error {
	if _, err := tx.Exec("DELETE FROM handed WHERE batch = ?", batch); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM batch WHERE id = ?", batch)
	return err
}

// Entry is a handover that nobody knows the end of.
type Entry struct {
	ID      int64     `json:"id"`
	Source  string    `json:"source"`
	Message string    `json:"message"`
	People  int       `json:"people"`
	At      time.Time `json:"at"`
}

// Unsure lists the handovers that wait for a person, the oldest first.
func (l *Book) Unsure(ctx context.Context) ([]Entry, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT id, source, message, people, at FROM batch WHERE state = ? ORDER BY id", unsure)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		var e Entry
		var at int64
		if err := rows.Scan(&e.ID, &e.Source, &e.Message, &e.People, &at); err != nil {
			return nil, err
		}
		e.At = time.UnixMilli(at).UTC()
		list = append(list, e)
	}
	return list, rows.Err()
}

// Settle decides about a handover that nobody knows the end of: it was taken, or
// it was not and may be handed over again when the platform asks. Errors:
// ErrNone.
func (l *Book) Settle(ctx context.Context, id int64, wasTaken bool) error {
	return l.change(ctx, func(tx *sql.Tx) error {
		var state int
		err := tx.QueryRow("SELECT state FROM batch WHERE id = ?", id).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) || err == nil && state != unsure {
			return ErrNone
		}
		if err != nil {
			return err
		}
		if !wasTaken {
			return forget(tx, id)
		}
		_, err = tx.Exec("UPDATE batch SET state = ? WHERE id = ?", taken, id)
		return err
	})
}
