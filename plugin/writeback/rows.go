package writeback

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// The states of a row.
const (
	waiting = 0
	dead    = 1
	written = 2
)

// item is a row that is being written.
type item struct {
	id, version int64
	tries       int
	since       time.Time
	write       Write
	bad         error // the row can't be read
}

// outcome is what became of an item.
type outcome struct {
	item    item
	state   int
	due     time.Time // of one that waits
	trouble string
	spared  bool   // it was not tried
	next    *Write // what the decision of a resolved item says
}

// due gives rows of a target that are to be written, oldest first, but those
// that skip has.
func (q *Queue) due(ctx context.Context, target string, now time.Time, n int, skip map[int64]bool) ([]item, error) {
	rows, err := q.db.QueryContext(ctx, `SELECT id, version, tries, since, body FROM write
WHERE target = ? AND state = 0 AND due <= ? ORDER BY due, id LIMIT ?`, target, now.UnixMilli(), n+len(skip))
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	defer rows.Close()
	var list []item
	for rows.Next() && len(list) < n {
		var it item
		var since int64
		var body []byte
		if err := rows.Scan(&it.id, &it.version, &it.tries, &since, &body); err != nil {
			return nil, fmt.Errorf("writeback: %w", err)
		}
		if skip[it.id] {
			continue
		}
		it.since, it.bad = time.UnixMilli(since), json.Unmarshal(body, &it.write)
		list = append(list, it)
	}
	return list, rows.Err()
}

// nextDue is when the next row of a target that skip has not becomes due.
func (q *Queue) nextDue(ctx context.Context, target string, skip map[int64]bool) (at time.Time, ok bool, err error) {
	rows, err := q.db.QueryContext(ctx, "SELECT id, due FROM write WHERE target = ? AND state = 0 ORDER BY due, id LIMIT ?", target, 1+len(skip))
	if err != nil {
		return at, false, fmt.Errorf("writeback: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, due int64
		if err := rows.Scan(&id, &due); err != nil {
			return at, false, fmt.Errorf("writeback: %w", err)
		}
		if !skip[id] {
			return time.UnixMilli(due), true, nil
		}
	}
	return at, false, rows.Err()
}

// settle notes outcomes. A row with a newer version by now keeps waiting, not
// before what a failure asked for.
func (q *Queue) settle(ctx context.Context, outs []outcome) error {
	now := q.clock().UnixMilli()
	return q.commit(ctx, func(tx *sql.Tx) error {
		for _, o := range outs {
			if err := settleOne(tx, o, now); err != nil {
				return fmt.Errorf("writeback: %w", err)
			}
		}
		return nil
	})
}

func settleOne(tx *sql.Tx, o outcome, now int64) error {
	var err error
	switch {
	case o.next != nil:
		var body []byte
		if body, err = json.Marshal(o.next); err == nil {
			_, err = tx.Exec("UPDATE write SET version = version + 1, decided = ?, serial = ?, body = ?, due = ?, tries = 0, touched = ?, trouble = '' WHERE id = ? AND version = ?",
				o.next.Decided.UnixMilli(), serial(*o.next), body, now, now, o.item.id, o.item.version)
		}
	case o.state == written:
		if _, err = tx.Exec("UPDATE write SET state = 2, body = NULL, tries = 0, touched = ?, trouble = '' WHERE id = ? AND version = ?", now, o.item.id, o.item.version); err == nil {
			_, err = tx.Exec("UPDATE write SET tries = 0 WHERE id = ? AND version <> ?", o.item.id, o.item.version)
		}
	case o.state == dead:
		_, err = tx.Exec("UPDATE write SET state = 1, tries = tries + 1, touched = ?, trouble = ? WHERE id = ? AND version = ?", now, o.trouble, o.item.id, o.item.version)
	default:
		_, err = tx.Exec("UPDATE write SET due = ?, tries = tries + ?, touched = ?, trouble = ? WHERE id = ? AND state = 0", o.due.UnixMilli(), !o.spared, now, o.trouble, o.item.id)
	}
	return err
}

// sweep removes what is no longer needed: the numbers of written decisions after
// an hour, dead letters after keep.
func (q *Queue) sweep(ctx context.Context, keep time.Duration) (int64, error) {
	now := q.clock()
	return q.count(ctx, func(tx *sql.Tx) (int64, error) {
		return affected(tx.Exec("DELETE FROM write WHERE state = 2 AND touched < ? OR state = 1 AND touched < ?",
			now.Add(-time.Hour).UnixMilli(), now.Add(-keep).UnixMilli()))
	})
}

// count commits what do does, which may be tried twice, and says how many rows
// it was about.
func (q *Queue) count(ctx context.Context, do func(*sql.Tx) (int64, error)) (int64, error) {
	var n atomic.Int64 // ctx may end while the committer sets it
	err := q.commit(ctx, func(tx *sql.Tx) error {
		some, err := do(tx)
		n.Store(some)
		return err
	})
	return n.Load(), err
}

func affected(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, fmt.Errorf("writeback: %w", err)
	}
	return r.RowsAffected()
}

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
