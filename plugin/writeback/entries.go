package writeback

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Entry is one write in the queue, as people see it.
type Entry struct {
	ID      int64     `json:"id"`
	Dead    bool      `json:"dead"`
	Tries   int       `json:"tries"`
	Due     time.Time `json:"due"`
	Since   time.Time `json:"since"`
	Touched time.Time `json:"touched"`
	Trouble string    `json:"trouble,omitempty"`
	Write   Write     `json:"write"`
}

// Filter chooses entries. The zero value chooses all.
type Filter struct {
	Target string // "" for every target
	Dead   bool   // dead letters only
	After  int64  // ids above this one
	Limit  int    // 0 means 100
}

const columns = "id, state, tries, due, since, touched, trouble, body"

// List gives what waits and what is dead, in order of id.
func (q *Queue) List(ctx context.Context, f Filter) ([]Entry, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	rows, err := q.db.QueryContext(ctx, "SELECT "+columns+` FROM write WHERE id > ? AND state < 2 AND (? = '' OR target = ?) AND (NOT ? OR state = 1)
ORDER BY id LIMIT ?`, f.After, f.Target, f.Target, f.Dead, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		e, err := scanEntry(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// Get gives one entry.
func (q *Queue) Get(ctx context.Context, id int64) (e Entry, ok bool, err error) {
	row := q.db.QueryRowContext(ctx, "SELECT "+columns+" FROM write WHERE id = ? AND state < 2", id)
	e, err = scanEntry(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

func scanEntry(scan func(...any) error) (e Entry, err error) {
	var state int
	var due, since, touched int64
	var body []byte
	if err := scan(&e.ID, &state, &e.Tries, &due, &since, &touched, &e.Trouble, &body); err != nil {
		return e, fmt.Errorf("writeback: %w", err)
	}
	e.Dead, e.Due = state == dead, time.UnixMilli(due).UTC()
	e.Since, e.Touched = time.UnixMilli(since).UTC(), time.UnixMilli(touched).UTC()
	return e, json.Unmarshal(body, &e.Write)
}

// Retry sends dead letters again, or at once what waits: those with these ids,
// or with none given every dead letter that f chooses. Their age counts from now
// on.
func (q *Queue) Retry(ctx context.Context, f Filter, ids ...int64) (int64, error) {
	return q.change(ctx, "UPDATE write SET state = 0, due = ?1, since = ?1, touched = ?1, trouble = ''", f, ids)
}

// Drop removes entries: those with these ids, or with none given every dead
// letter that f chooses.
func (q *Queue) Drop(ctx context.Context, f Filter, ids ...int64) (int64, error) {
	return q.change(ctx, "DELETE FROM write", f, ids)
}

func (q *Queue) change(ctx context.Context, what string, f Filter, ids []int64) (int64, error) {
	now := q.clock().UnixMilli()
	exec := func(tx *sql.Tx, where string, args ...any) (int64, error) {
		return affected(tx.Exec(what+" WHERE state < 2 AND ?1 > 0 AND "+where, append([]any{now}, args...)...))
	}
	return q.count(ctx, func(tx *sql.Tx) (n int64, err error) {
		if len(ids) == 0 {
			return exec(tx, "state = 1 AND (?2 = '' OR target = ?2)", f.Target)
		}
		for _, id := range ids {
			some, err := exec(tx, "id = ?2", id)
			if err != nil {
				return 0, err
			}
			n += some
		}
		return n, nil
	})
}

// Forget removes all that is kept about a contact of any target.
func (q *Queue) Forget(ctx context.Context, c Contact) (int64, error) {
	return q.count(ctx, func(tx *sql.Tx) (int64, error) {
		return affected(tx.Exec(`DELETE FROM write WHERE contact IN (?1, ?2)
OR body IS NOT NULL AND ?3 <> '' AND lower(json_extract(CAST(body AS TEXT), '$.contact.email')) = lower(?3)`,
			Contact{ID: c.ID}.key(), Contact{Email: c.Email}.key(), c.Email))
	})
}

// Count is how much of a target is in the queue.
type Count struct {
	Target        string    `json:"target"`
	Waiting, Dead int64     `json:"-"`
	Oldest        time.Time `json:"-"` // of what waits; zero when nothing does
}

// Counts counts what is in the queue, by target.
func (q *Queue) Counts(ctx context.Context) ([]Count, error) {
	rows, err := q.db.QueryContext(ctx, `SELECT target, sum(state = 0), sum(state = 1), min(CASE WHEN state = 0 THEN decided END)
FROM write WHERE state < 2 GROUP BY target ORDER BY target`)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	defer rows.Close()
	var list []Count
	for rows.Next() {
		var c Count
		var oldest sql.NullInt64
		if err := rows.Scan(&c.Target, &c.Waiting, &c.Dead, &oldest); err != nil {
			return nil, fmt.Errorf("writeback: %w", err)
		}
		if oldest.Valid {
			c.Oldest = time.UnixMilli(oldest.Int64)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}
