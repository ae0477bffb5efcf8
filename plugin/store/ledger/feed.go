package ledger

import (
	"errors"
	"slices"
	"time"
)

// resume forgets since when sources tell that no longer do; of all of them, when
// nobody listened for longer than platforms try.
func (l *Ledger) resume() error {
	alive, err := l.meta("alive")
	if err != nil {
		return err
	}
	now := l.now()
	if alive != 0 && now-alive > gap.Milliseconds() {
		l.opts.Log.Warn("no events were taken for longer than platforms try: counts within windows are unknown until the windows have passed",
			"since", time.UnixMilli(alive).UTC())
		if _, err := l.db.Exec("DELETE FROM feed WHERE since > 0"); err != nil {
			return err
		}
	}
	rows, err := l.db.Query("SELECT DISTINCT source FROM feed")
	if err != nil {
		return err
	}
	var gone []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return errors.Join(err, rows.Close())
		}
		if !slices.Contains(l.opts.Sources, name) {
			gone = append(gone, name)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, name := range gone {
		if _, err := l.db.Exec("DELETE FROM feed WHERE source = ?", name); err != nil {
			return err
		}
	}
	_, err = l.db.Exec(setMeta, "alive", now)
	return err
}

func (l *Ledger) readCoverage() error {
	rows, err := l.db.Query("SELECT kind, min(since) FROM feed GROUP BY kind")
	if err != nil {
		return err
	}
	defer rows.Close()
	c := noCoverage()
	for rows.Next() {
		var k, since int64
		if err := rows.Scan(&k, &since); err != nil {
			return err
		}
		if k > 0 && k < int64(kinds) {
			c[k] = since
		}
	}
	l.since.Store(&c)
	return rows.Err()
}
