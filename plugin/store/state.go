package store

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Sent returns what a contact was sent at or after since (Unix milliseconds),
// oldest first: the records with Send that are not degraded.
func (s *SQLite) Sent(ctx context.Context, contact []byte, since int64) (list []Sent, err error) {
	ids, err := s.candidates(ctx, tagContact, contact)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	lo, _ := s.idRange(since, math.MaxInt64)
	var classes []int64
	if list, classes, err = s.sent(ctx, ids, lo, contact, since); err != nil {
		return nil, err
	}
	for i, class := range classes {
		if list[i].Class, err = s.words.resolve(ctx, s.read, class); err != nil {
			return nil, s.readErr(err)
		}
	}
	slices.SortStableFunc(list, func(a, b Sent) int { return cmp.Compare(a.At, b.At) })
	return list, nil
}

func (s *SQLite) sent(ctx context.Context, ids []int64, lo int64, contact []byte, since int64) (list []Sent, classes []int64, err error) {
	f, err := s.finder(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { s.finders <- f }()
	for _, id := range ids {
		if id < lo {
			continue
		}
		one, class, ok, err := f.sentTo(id, contact, since)
		if err != nil {
			return nil, nil, typed(err)
		}
		if ok {
			list, classes = append(list, one), append(classes, class)
		}
	}
	return list, classes, nil
}

// Active returns the ids of the personas that are active for a contact, as the
// latest record with a non-nil Active said; none is nil.
func (s *SQLite) Active(ctx context.Context, contact []byte) ([]string, error) {
	if len(contact) == 0 {
		return nil, nil
	}
	f, err := s.finder(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { s.finders <- f }()
	if err := f.active.Bytes(1, contact); err != nil {
		return nil, typed(err)
	}
	row, err := f.active.Step()
	if !row {
		return nil, typed(err)
	}
	defer f.active.Reset()
	f.buf = f.active.ColBytes(f.buf[:0], 0)
	return readList(f.buf), nil
}
