package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
)

// Sent returns what a contact was sent at or after since (Unix milliseconds),
// oldest first: the records with Send that are not degraded.
func (s *SQLite) Sent(ctx context.Context, contact []byte, since int64) (list []Sent, err error) {
	ids, err := s.candidates(ctx, tagContact, contact)
	if err != nil {
		return nil, err
	}
	lo, _ := s.idRange(since, math.MaxInt64)
	ids = slices.DeleteFunc(ids, func(id int64) bool { return id < lo })
	for len(ids) > 0 {
		n := min(len(ids), maxParams)
		if list, err = s.sent(ctx, list, contact, since, ids[:n]); err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	slices.SortStableFunc(list, func(a, b Sent) int { return int(min(max(a.At-b.At, -1), 1)) })
	return list, nil
}

func (s *SQLite) sent(ctx context.Context, list []Sent, contact []byte, since int64, ids []int64) (_ []Sent, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT at, flags, class, contact, tags FROM decision WHERE "+
		inIDs(len(ids))+" ORDER BY id", anys(ids)...)
	if err != nil {
		return nil, s.readErr(err)
	}
	defer func() { err = errors.Join(err, s.readErr(rows.Close())) }()
	for rows.Next() {
		var at, flags, class int64
		var owner, tags sql.RawBytes
		if err := rows.Scan(&at, &flags, &class, &owner, &tags); err != nil {
			return nil, s.readErr(err)
		}
		if at < since || flags&(flagSend|flagDegraded) != flagSend || !bytes.Equal(owner, contact) {
			continue
		}
		name, err := s.words.resolve(ctx, s.read, class)
		if err != nil {
			return nil, s.readErr(err)
		}
		list = append(list, Sent{At: at, Class: name, Tags: readList(tags)})
	}
	return list, s.readErr(rows.Err())
}

// Active returns the ids of the personas that are active for a contact, as the
// latest record with a non-nil Active said; none is nil.
func (s *SQLite) Active(ctx context.Context, contact []byte) ([]string, error) {
	var b []byte
	err := s.read.QueryRowContext(ctx, "SELECT personas FROM active WHERE contact = ?", contact).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return readList(b), s.readErr(err)
}
