package ledger

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Listing is one entry of the legal list, as people see it.
type Listing struct {
	Key     string    `json:"key"`
	Reason  Reason    `json:"reason"`
	Channel string    `json:"channel"`
	At      time.Time `json:"at"`
	Source  string    `json:"source"`
}

// ParseKey reads a key as a Listing has it.
func ParseKey(text string) (k Key, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(k) {
		return k, fmt.Errorf("ledger: %w: a key is 34 hexadecimal digits", ErrBadSuppression)
	}
	return Key(b), nil
}

// List calls each with every entry of the list, in order of key; of one contact
// only, when names are given.
func (l *Ledger) List(ctx context.Context, id, email string, each func(Listing) error) error {
	byID, byEmail := l.opts.Names(id, email)
	only := map[Key]bool{}
	for _, k := range append(append([]Key{}, byID...), byEmail...) {
		only[k] = true
	}
	rows, err := l.db.QueryContext(ctx, "SELECT key, reason, channel, at, source FROM suppression WHERE active = 1 ORDER BY key, reason, channel")
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key []byte
		var at int64
		var x Listing
		if err := rows.Scan(&key, &x.Reason, &x.Channel, &at, &x.Source); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		if len(only) > 0 && (len(key) != len(Key{}) || !only[Key(key)]) {
			continue
		}
		x.Key, x.At = hex.EncodeToString(key), time.UnixMilli(at).UTC()
		if err := each(x); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Change is one change of the list, as people see it.
type Change struct {
	Made    time.Time `json:"made"`
	At      time.Time `json:"at"`
	Action  string    `json:"action"`
	Key     string    `json:"key"`
	Reason  Reason    `json:"reason"`
	Channel string    `json:"channel"`
	Source  string    `json:"source"`
	Who     string    `json:"who,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// Changes calls each with the changes of the list, the newest first, at most n.
func (l *Ledger) Changes(ctx context.Context, n int, each func(Change) error) error {
	rows, err := l.db.QueryContext(ctx, "SELECT made, at, action, person, reason, channel, source, who, why FROM audit ORDER BY id DESC LIMIT ?", n)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var made, at int64
		var key []byte
		var x Change
		if err := rows.Scan(&made, &at, &x.Action, &key, &x.Reason, &x.Channel, &x.Source, &x.Who, &x.Why); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		x.Key, x.Made, x.At = hex.EncodeToString(key), time.UnixMilli(made).UTC(), time.UnixMilli(at).UTC()
		if err := each(x); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Forget removes what is known of a contact: orders, opens, clicks and the rest,
// and what leads there. It leaves the legal list, without which they would be
// written to again, and the hashes that tell repeated events, which lead to
// nobody then. It reports whether there was anything.
func (l *Ledger) Forget(ctx context.Context, id, email string) (n int64, err error) {
	byID, byEmail := l.opts.Names(id, email)
	err = l.commit(ctx, func(tx *sql.Tx) error {
		n = 0
		keys := append(append([]Key{}, byID...), byEmail...)
		for i := 0; i < len(keys); i++ {
			k := keys[i]
			var data []byte
			err := tx.QueryRow("SELECT data FROM state WHERE key = ?", k[:]).Scan(&data)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("ledger: %w", err)
			}
			if to, ok := linkOf(data); ok && len(keys) < 64 {
				keys = append(keys, to)
			}
			r, err := tx.Exec("DELETE FROM state WHERE key = ? OR data = ?", k[:], append([]byte{holdsLink}, k[:]...))
			if err != nil {
				return fmt.Errorf("ledger: %w", err)
			}
			some, err := r.RowsAffected()
			if n += some; err != nil {
				return err
			}
			if _, err := tx.Exec("UPDATE seen SET contact = NULL WHERE contact = ?", k[:]); err != nil {
				return fmt.Errorf("ledger: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	_, err = l.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)") // it holds earlier versions of pages
	return n, err
}

func linkOf(data []byte) (to Key, ok bool) {
	if len(data) != 1+len(to) || data[0] != holdsLink {
		return to, false
	}
	return Key(data[1:]), true
}
