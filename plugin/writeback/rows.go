package writeback

import (
	"context"
	"database/sql"
	"encoding/json"
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

// newest is when anything was last noted, in Unix milliseconds, 0 for never.
func (q *Queue) newest() (at int64, err error) {
	if err = q.db.QueryRow("SELECT coalesce(max(touched), 0) FROM write").Scan(&at); err != nil {
		err = fmt.Errorf("writeback: %w", err)
	}
	return at, err
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
