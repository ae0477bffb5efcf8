package store

import (
	"bytes"
	"context"
	"math"
)

// sweepChunk is how many records one transaction of Sweep removes: a few
// milliseconds' worth.
const sweepChunk = 256

// Sweep removes records with At before olderThan (Unix milliseconds), in the
// order of ids, at most limit (0 or less: all), and the state of contacts that
// have no record left. It returns how many records went. Commits go on in
// between: it removes a few hundred at a time, each time queueing again.
func (s *SQLite) Sweep(ctx context.Context, olderThan int64, limit int) (n int, err error) {
	if limit <= 0 {
		limit = math.MaxInt
	}
	var after int64
	for n < limit {
		step := &sweep{before: olderThan, after: after, limit: min(sweepChunk, limit-n)}
		// When ctx ends first, step may still be in use: it is not read then.
		if err := s.work(ctx, step.run); err != nil {
			return n, err
		}
		n += step.removed
		if step.removed < step.limit {
			return n, nil
		}
		after = step.after
	}
	return n, nil
}

// sweep is one transaction's worth of it.
type sweep struct {
	before  int64 // Unix ms
	after   int64 // the id to go on behind; moved by run
	limit   int
	removed int
}

func (sw *sweep) run(w *writer) error {
	_, hi := w.s.spans.ids(math.MinInt64, sw.before)
	ids, contacts, err := w.expired(sw, hi)
	if err != nil {
		return err
	}
	done := len(ids) < sw.limit
	err = w.tx(func() error {
		if err := w.remove(ids...); err != nil {
			return err
		}
		for _, c := range contacts {
			if err := w.dropState(c); err != nil {
				return err
			}
		}
		if !done {
			return nil
		}
		return w.exec("DELETE FROM span WHERE slot < ?", slotOf(sw.before))
	})
	if err != nil {
		return err
	}
	if done {
		w.s.spans.forget(sw.before)
	} else {
		sw.after = ids[len(ids)-1]
	}
	sw.removed = len(ids)
	return nil
}

// expired lists the next records to remove and whose they are.
func (w *writer) expired(sw *sweep, hi int64) (ids []int64, contacts [][]byte, err error) {
	for i, v := range [...]int64{sw.after, hi, sw.before, int64(sw.limit)} {
		w.q.old.Int(1+i, v)
	}
	for {
		row, err := w.q.old.Step()
		if !row {
			return ids, contacts, err
		}
		ids = append(ids, w.q.old.ColInt(0))
		if c := w.q.old.ColBytes(nil, 1); len(c) > 0 {
			contacts = append(contacts, c)
		}
	}
}

// dropState removes the state of a contact that has no record left.
func (w *writer) dropState(contact []byte) error {
	if err := w.q.hasActive.Bytes(1, contact); err != nil {
		return err
	}
	has, err := w.q.hasActive.Step()
	if !has {
		return err
	}
	w.q.hasActive.Reset()
	ids, err := w.find(nil, hashOf(tagContact, contact))
	if err != nil {
		return err
	}
	for _, id := range ids {
		owner, _, err := bytesOf(w.q.contactOf, id)
		if err != nil || bytes.Equal(owner, contact) {
			return err
		}
	}
	if err := w.q.dropActive.Bytes(1, contact); err != nil {
		return err
	}
	return w.q.dropActive.Run()
}
