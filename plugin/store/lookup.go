package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
)

const columns = "id, at, flags, bundle, outcome, class, contact, tags, key, pack, nth"

// row is a record as the table has it.
type row struct {
	Record
	words [3]int64
	pack  int64
	nth   int
}

func (r *row) scan(rows *sql.Rows) error {
	var (
		flags int64
		tags  []byte
	)
	err := rows.Scan(&r.ID, &r.At, &flags, &r.words[0], &r.words[1], &r.words[2],
		&r.Contact, &tags, &r.Key, &r.pack, &r.nth)
	r.Send, r.Degraded, r.Replayable = flags&flagSend != 0, flags&flagDegraded != 0, flags&flagReplayable != 0
	r.Tags = readList(tags)
	return err
}

// records runs a query for whole records. It is one reading transaction: what
// a row says of its pack holds until the pack is read.
func (s *SQLite) records(ctx context.Context, where string, args ...any) (list []Record, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.readErr(err)
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM decision WHERE "+where, args...)
	if err != nil {
		return nil, s.readErr(err)
	}
	var found []row
	for rows.Next() {
		var r row
		if err := r.scan(rows); err != nil {
			return nil, s.readErr(errors.Join(err, rows.Close()))
		}
		found = append(found, r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, s.readErr(err)
	}
	if err := s.complete(ctx, tx, found); err != nil {
		return nil, s.readErr(err)
	}
	for i := range found {
		list = append(list, found[i].Record)
	}
	return list, nil
}

// complete adds to rows what other tables have of them.
func (s *SQLite) complete(ctx context.Context, tx *sql.Tx, rows []row) (err error) {
	of := make(map[int64][]*row) // by pack
	for i := range rows {
		r := &rows[i]
		for i, to := range [...]*string{&r.Bundle, &r.Outcome, &r.Class} {
			if *to, err = s.words.resolve(ctx, tx, r.words[i]); err != nil {
				return err
			}
		}
		of[r.pack] = append(of[r.pack], r)
	}
	for pack, rows := range of {
		var data []byte
		err := tx.QueryRowContext(ctx, "SELECT data FROM pack WHERE id = ?", pack).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			err = errDamaged
		}
		if err != nil {
			return err
		}
		if err := fill(rows, data); err != nil {
			return err
		}
	}
	return nil
}

// fill gives rows their contents out of their pack.
func fill(rows []*row, data []byte) error {
	block, err := unpack(nil, data)
	if err != nil {
		return err
	}
	var all []content
	err = eachContent(block, func(_ int, _ bool, c content, _ []byte) { all = append(all, c) })
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.nth >= len(all) {
			return errDamaged
		}
		c := all[r.nth]
		r.KeyBody, r.Facts, r.Answer = bytes.Clone(c.keyBody), bytes.Clone(c.facts), bytes.Clone(c.answer)
	}
	return nil
}

// readErr types an error of the readers.
func (s *SQLite) readErr(err error) error {
	if err != nil && err.Error() == "sql: database is closed" {
		return ErrClosed // database/sql has no name for it
	}
	return typed(err)
}

// Decision returns the record with this id; ok is false if there is none.
func (s *SQLite) Decision(ctx context.Context, id int64) (r Record, ok bool, err error) {
	list, err := s.records(ctx, "id = ?", id)
	if err != nil || len(list) == 0 {
		return Record{}, false, err
	}
	return list[0], true, nil
}

// ByContact returns a contact's records with ids below before, newest first, at
// most limit of them. A before or limit of 0 or less means no bound.
func (s *SQLite) ByContact(ctx context.Context, contact []byte, before int64, limit int) ([]Record, error) {
	ids, err := s.candidates(ctx, tagContact, contact)
	if err != nil {
		return nil, err
	}
	slices.Reverse(ids)
	ids = slices.DeleteFunc(ids, func(id int64) bool { return before > 0 && id >= before })
	var found []Record
	for len(ids) > 0 && (limit <= 0 || len(found) < limit) {
		n := min(len(ids), maxParams)
		if limit > 0 {
			n = min(n, limit-len(found))
		}
		list, err := s.records(ctx, inIDs(n)+" ORDER BY id DESC", anys(ids[:n])...)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if bytes.Equal(r.Contact, contact) {
				found = append(found, r)
			}
		}
		ids = ids[n:]
	}
	return found, nil
}

// ByKey returns the record under an idempotency key; ok is false if there is
// none. Of several, which only a caller that does not look first can make, it
// is the one with the least id: the answer that the first request got.
func (s *SQLite) ByKey(ctx context.Context, key []byte) (r Record, ok bool, err error) {
	ids, err := s.candidates(ctx, tagKey, key)
	if err != nil {
		return Record{}, false, err
	}
	for _, id := range ids {
		if ok, err = s.keyIs(ctx, id, key); err != nil {
			return Record{}, false, err
		}
		if ok {
			return s.Decision(ctx, id)
		}
	}
	return Record{}, false, nil
}

func (s *SQLite) keyIs(ctx context.Context, id int64, key []byte) (bool, error) {
	f, err := s.finder(ctx)
	if err != nil {
		return false, err
	}
	defer func() { s.finders <- f }()
	ok, err := f.keyIs(id, key)
	return ok, typed(err)
}

// Recent returns the records with ids above after, oldest first, at most limit
// of them (0 or less: 1,000). With after below 0 it returns the newest ones,
// still oldest first, so that a tail can start with them.
func (s *SQLite) Recent(ctx context.Context, after int64, limit int) ([]Record, error) {
	if limit <= 0 {
		limit = 1000
	}
	if after < 0 {
		list, err := s.records(ctx, "id > 0 ORDER BY id DESC LIMIT ?", limit)
		slices.Reverse(list)
		return list, err
	}
	return s.records(ctx, "id > ? ORDER BY id LIMIT ?", after, limit)
}
