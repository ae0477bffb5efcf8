package store

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
)

const columns = "id, at, flags, bundle, outcome, class, contact, tags, key, key_body, facts, answer"

// scanner is a row.
type scanner interface{ Scan(...any) error }

func (s *SQLite) record(ctx context.Context, row scanner) (r Record, err error) {
	var (
		flags int64
		words [3]int64
		tags  []byte
	)
	err = row.Scan(&r.ID, &r.At, &flags, &words[0], &words[1], &words[2],
		&r.Contact, &tags, &r.Key, &r.KeyBody, &r.Facts, &r.Answer)
	if err != nil {
		return Record{}, err
	}
	r.Send, r.Degraded, r.Replayable = flags&flagSend != 0, flags&flagDegraded != 0, flags&flagReplayable != 0
	r.Tags = readList(tags)
	for i, to := range [...]*string{&r.Bundle, &r.Outcome, &r.Class} {
		if *to, err = s.words.resolve(ctx, s.read, words[i]); err != nil {
			return Record{}, err
		}
	}
	return r, nil
}

// records runs a query for whole records.
func (s *SQLite) records(ctx context.Context, where string, args ...any) (list []Record, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+columns+" FROM decision WHERE "+where, args...)
	if err != nil {
		return nil, s.readErr(err)
	}
	defer func() { err = errors.Join(err, s.readErr(rows.Close())) }()
	for rows.Next() {
		r, err := s.record(ctx, rows)
		if err != nil {
			return nil, s.readErr(err)
		}
		list = append(list, r)
	}
	return list, s.readErr(rows.Err())
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

// maxParams bounds the ids of one query.
const maxParams = 64

func inIDs(n int) string { return "id IN (?" + strings.Repeat(",?", n-1) + ")" }

func anys(ids []int64) []any {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	return list
}

// candidates lists the ids of records that may concern a contact or key, in
// ascending order, each once. The tail is read before the runs: a link only
// ever moves from there to here.
func (s *SQLite) candidates(ctx context.Context, tag byte, key []byte) (ids []int64, err error) {
	if len(key) == 0 {
		return nil, nil
	}
	hash := hashOf(tag, key)
	if s.opts.ReadOnly {
		ids, err = s.scanTail(ctx, tag, key)
	} else {
		ids = s.tail.find(nil, hash)
	}
	if err != nil {
		return nil, err
	}
	f, err := s.finder(ctx)
	if err != nil {
		return nil, err
	}
	ids, err = f.find(ids, hash)
	s.finders <- f
	slices.Sort(ids)
	return slices.Compact(ids), typed(err)
}

// scanTail is what a read-only store has instead of a tail.
func (s *SQLite) scanTail(ctx context.Context, tag byte, key []byte) (ids []int64, err error) {
	column := "contact"
	if tag == tagKey {
		column = "key"
	}
	rows, err := s.read.QueryContext(ctx, "SELECT id FROM ("+unindexed+") WHERE "+column+" = ?", key)
	if err != nil {
		return nil, s.readErr(err)
	}
	defer func() { err = errors.Join(err, s.readErr(rows.Close())) }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, s.readErr(err)
		}
		ids = append(ids, id)
	}
	return ids, s.readErr(rows.Err())
}

// idRange bounds the ids of records of [from, to).
func (s *SQLite) idRange(from, to int64) (lo, hi int64) {
	if s.opts.ReadOnly {
		return 1, math.MaxInt64
	}
	return s.spans.ids(from, to)
}
