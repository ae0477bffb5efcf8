package relay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Desk is where a person looks at the queue and decides about letters. It works
// beside a relay that delivers from the same file, in another process.
type Desk struct {
	db  *sql.DB
	w   *writer
	now func() time.Time
}

// OpenDesk opens the queue in a file. A nil now is time.Now.
func OpenDesk(path string, now func() time.Time) (*Desk, error) {
	if now == nil {
		now = time.Now
	}
	db, err := openDB(path)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, typed(errors.Join(err, db.Close()))
	}
	return &Desk{db: db, w: newWriter(conn), now: now}, nil
}

// Close closes the file.
func (d *Desk) Close() error {
	d.w.close()
	return errors.Join(d.w.release(), d.db.Close())
}

const columns = "id, name, source, kind, state, domain, at, due, coalesce(ended, 0), tries, why, decision"

// List lists letters in these states, all when there are none, with ids above
// after: at most limit.
func (d *Desk) List(ctx context.Context, states []State, after int64, limit int) ([]Entry, error) {
	query, args := "SELECT "+columns+" FROM mail WHERE id > ?", []any{after}
	for i, s := range states {
		query += map[bool]string{true: " AND state IN (?", false: ", ?"}[i == 0]
		args = append(args, s)
	}
	if len(states) > 0 {
		query += ")"
	}
	rows, err := d.db.QueryContext(ctx, query+" ORDER BY id LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, typed(err)
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		e, err := entry(rows)
		if err != nil {
			return nil, typed(err)
		}
		list = append(list, e)
	}
	return list, typed(rows.Err())
}

func entry(row interface{ Scan(...any) error }) (e Entry, err error) {
	var kind Kind
	var state State
	var at, due, ended int64
	err = row.Scan(&e.ID, &e.Name, &e.Source, &kind, &state, &e.Domain, &at, &due, &ended, &e.Tries, &e.Why, &e.Decision)
	e.Kind, e.State, e.Accepted = kind.String(), state.String(), time.UnixMilli(at).UTC()
	if state == Waiting {
		e.Due = time.UnixMilli(due).UTC()
	}
	if ended > 0 {
		e.Ended = time.UnixMilli(ended).UTC()
	}
	return e, err
}

// Show returns what the queue knows of a letter and, while it has it, the letter
// as it was accepted; nil when it is gone. Errors: ErrNone.
func (d *Desk) Show(ctx context.Context, id int64) (Entry, *Letter, error) {
	e, err := entry(d.db.QueryRowContext(ctx, "SELECT "+columns+" FROM mail WHERE id = ?", id))
	if err != nil {
		return e, nil, typed(noRow(err))
	}
	l, err := (&Relay{db: d.db}).letter(ctx, id)
	if errors.Is(err, ErrNone) {
		return e, nil, nil
	}
	return e, l, err
}

// To lists the letters to an address that are still kept, for erasing a person.
// It reads every letter.
func (d *Desk) To(ctx context.Context, address string) (ids []int64, err error) {
	rows, err := d.db.QueryContext(ctx, "SELECT id FROM letter WHERE lower(json_extract(CAST(body AS TEXT), '$.to')) = lower(?)", address)
	if err != nil {
		return nil, typed(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, typed(err)
		}
		ids = append(ids, id)
	}
	return ids, typed(rows.Err())
}

// Retry has a letter that is dead or unsure tried again, with a full span of
// time before it is given up; one that waits is due at once. Errors: ErrNone,
// ErrState.
func (d *Desk) Retry(ctx context.Context, id int64) error {
	now := d.now().UnixMilli()
	return d.change(ctx, id, []State{Waiting, Dead, Unsure}, func(w *writer) error {
		return w.exec("UPDATE mail SET state = 0, ended = NULL, at = CASE state WHEN 0 THEN at ELSE ? END, due = ? WHERE id = ?", now, now, id)
	})
}

// Drop gives a letter up and removes it. That it was accepted is still
// remembered, so that a repeat of it is not sent either. Errors: ErrNone,
// ErrState.
func (d *Desk) Drop(ctx context.Context, id int64) error {
	now := d.now().UnixMilli()
	return d.change(ctx, id, []State{Waiting, Dead, Unsure}, func(w *writer) error {
		return w.seal(id, Dropped, now, "dropped by hand", "")
	})
}

// change does something to a letter that is in one of these states.
func (d *Desk) change(ctx context.Context, id int64, from []State, do func(*writer) error) error {
	words := make([]string, len(from))
	for i, s := range from {
		words[i] = s.String()
	}
	return d.w.change(ctx, func(w *writer) error {
		var state State
		if err := w.conn.QueryRowContext(ctx, "SELECT state FROM mail WHERE id = ?", id).Scan(&state); err != nil {
			return noRow(err)
		}
		if slices.Contains(from, state) {
			return do(w)
		}
		return fmt.Errorf("%w: it is %s, and only letters that are %s can be", ErrState, state, strings.Join(words, ", "))
	})
}
