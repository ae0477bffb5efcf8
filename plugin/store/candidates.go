package store

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
)

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
