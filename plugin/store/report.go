package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
)

// page is how many records a long read takes at a time. It lets go of the
// database in between: a reader that held on would keep the write-ahead log
// from being emptied.
const page = 1000

// Scan calls fn with the records whose At is in [from, to) (Unix milliseconds),
// in the order of ids, until fn fails; it returns fn's error as it is. The
// record is fn's to keep. Records written meanwhile may or may not be seen.
func (s *SQLite) Scan(ctx context.Context, from, to int64, fn func(*Record) error) error {
	lo, hi := s.idRange(from, to)
	for lo <= hi {
		list, err := s.records(ctx, "id >= ? AND id <= ? ORDER BY id LIMIT ?", lo, hi, page)
		if err != nil {
			return err
		}
		for i := range list {
			if r := &list[i]; r.At >= from && r.At < to {
				if err := fn(r); err != nil {
					return err
				}
			}
		}
		if len(list) < page {
			return nil
		}
		lo = list[len(list)-1].ID + 1
	}
	return nil
}

// Stats counts the records whose At is in [from, to) (Unix milliseconds), the
// most frequent kind first.
func (s *SQLite) Stats(ctx context.Context, from, to int64) ([]Count, error) {
	counts := make(map[kind]int64)
	lo, hi := s.idRange(from, to)
	for lo <= hi {
		// The last id of this page; none when the rest fits.
		end := hi
		err := s.read.QueryRowContext(ctx, "SELECT id FROM decision WHERE id >= ? AND id <= ? ORDER BY id LIMIT 1 OFFSET ?",
			lo, hi, 5*page).Scan(&end)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, s.readErr(err)
		}
		if err := s.count(ctx, counts, lo, end, from, to); err != nil {
			return nil, err
		}
		if end == hi {
			break
		}
		lo = end + 1
	}
	return s.named(ctx, counts)
}

// kind is what Stats tells apart, as the rows have it.
type kind struct{ outcome, class, bundle, flags int64 }

func (s *SQLite) count(ctx context.Context, counts map[kind]int64, lo, hi, from, to int64) (err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT outcome, class, bundle, flags & 3, count(*) FROM decision
		WHERE id >= ? AND id <= ? AND at >= ? AND at < ? GROUP BY 1, 2, 3, 4`, lo, hi, from, to)
	if err != nil {
		return s.readErr(err)
	}
	defer func() { err = errors.Join(err, s.readErr(rows.Close())) }()
	for rows.Next() {
		var k kind
		var n int64
		if err := rows.Scan(&k.outcome, &k.class, &k.bundle, &k.flags, &n); err != nil {
			return s.readErr(err)
		}
		counts[k] += n
	}
	return s.readErr(rows.Err())
}

func (s *SQLite) named(ctx context.Context, counts map[kind]int64) ([]Count, error) {
	list := make([]Count, 0, len(counts))
	for k, n := range counts {
		c := Count{Send: k.flags&flagSend != 0, Degraded: k.flags&flagDegraded != 0, N: n}
		for _, f := range []struct {
			to *string
			id int64
		}{{&c.Outcome, k.outcome}, {&c.Class, k.class}, {&c.Bundle, k.bundle}} {
			var err error
			if *f.to, err = s.words.resolve(ctx, s.read, f.id); err != nil {
				return nil, s.readErr(err)
			}
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Class, b.Class),
			cmp.Compare(a.Bundle, b.Bundle), cmp.Compare(btoi(a.Send), btoi(b.Send)), cmp.Compare(btoi(a.Degraded), btoi(b.Degraded)))
	})
	return list, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
