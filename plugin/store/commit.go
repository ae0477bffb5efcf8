package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

// commit writes a batch. If one record may be to blame for a failure, each
// gets a transaction of its own and only the guilty ones fail.
func (w *writer) commit(b *batch) error {
	all := b.load.entries
	if w.full {
		// The write-ahead log holds many versions of the same pages. Moving it
		// into the database makes room, but takes some: so not when the last
		// byte is gone, but now that there may be space again.
		w.full = w.emptyLog() != nil
	}
	err := w.write(b.load, all)
	w.refused = code(err) == codeFull
	w.full = w.full || w.refused
	if err == nil || !poison(err) || len(all) == 1 {
		return typed(err)
	}
	b.errs = make(map[int]error)
	for i := range all {
		if err := w.write(b.load, all[i:i+1]); err != nil {
			b.errs[i] = typed(err)
		}
	}
	return nil
}

func (w *writer) write(l *load, entries []entry) error {
	if err := w.buf.Load(w.c, l.arena); err != nil {
		return err
	}
	pack := w.pack
	err := w.tx(func() error {
		for rest := entries; len(rest) > 0; {
			n := nextPack(rest)
			pack++
			if err := w.addPack(pack, l, rest[:n]); err != nil {
				return err
			}
			for i := range rest[:n] {
				if err := w.insert(l, &rest[i], pack, i); err != nil {
					return err
				}
			}
			rest = rest[n:]
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.pack = pack
	w.s.words.settle(w.fresh)
	err = w.makeDurable()
	w.remember(l, entries)
	return err
}

// Check reports whether records are stored: nil, or what is wrong. It takes its turn
// behind those that wait. On a full disk there may well be room for nothing at
// all, so that it is what became of the latest records that counts.
func (s *SQLite) Check(ctx context.Context) error {
	return s.work(ctx, func(w *writer) error {
		if w.refused && w.emptyLog() != nil {
			return ErrFull
		}
		w.refused = false
		return nil
	})
}

// do is for work other than records.
func (w *writer) do(work func(*writer) error) error {
	err := work(w)
	if err == nil {
		err = w.makeDurable()
	}
	return typed(err)
}

// makeDurable flushes what is committed. A flush that failed can't be made up for
// by the next one, since the system may have dropped what it could not write. What
// helps is to move everything into the database, from the memory where it still
// is, and to begin the write-ahead log anew.
func (w *writer) makeDurable() error {
	if w.wal == nil {
		return nil
	}
	var cause error
	if !w.torn {
		if cause = w.sync(); cause == nil {
			return nil
		}
		w.torn = true
	}
	if err := w.emptyLog(); err != nil {
		return fmt.Errorf("%w: what was committed can't be flushed: %w", ErrUnavailable, errors.Join(cause, err))
	}
	w.torn = false
	return nil
}

func (w *writer) sync() error {
	if test := w.s.opts.sync; test != nil {
		return test(w.wal.Sync)
	}
	return w.wal.Sync()
}

func (w *writer) insert(l *load, e *entry, pack int64, nth int) error {
	st := w.q.insert
	st.Int(1, e.id)
	st.Int(2, e.at)
	st.Int(3, int64(e.flags))
	for i, word := range [...]int32{e.bundle, e.outcome, e.class} {
		id, err := w.wordID(word)
		if err != nil {
			return err
		}
		st.Int(4+i, id)
	}
	off := e.off
	for i, n := range [...]int32{e.contact, e.tags, e.key} {
		st.Span(7+i, &w.buf, off, int(n))
		off += int(n)
	}
	st.Int(10, pack)
	st.Int(11, int64(nth))
	err := st.Run()
	if taken(err) { // rare: the default answer of a decision that came too late
		if err = w.remove(e.id); err == nil {
			err = st.Run()
		}
	}
	if err != nil {
		return err
	}
	if e.id < w.mark {
		w.q.late.Int(1, e.id)
		if err := w.q.late.Run(); err != nil {
			return err
		}
	}
	if e.setsActive {
		return w.setActive(e, off)
	}
	return nil
}

func (w *writer) setActive(e *entry, off int) error {
	st := w.q.setActive
	if e.active == 0 {
		st = w.q.dropActive
	} else {
		st.Span(2, &w.buf, off, int(e.active))
	}
	st.Span(1, &w.buf, e.off, int(e.contact))
	return st.Run()
}

// wordID is the database's id of a word, which the open transaction stores if
// it is new.
func (w *writer) wordID(i int32) (int64, error) {
	id, text := w.s.words.id(i)
	if id != 0 || i == 0 {
		return id, nil
	}
	for _, st := range [...]*lite.Stmt{w.q.word, w.q.wordID} {
		if err := st.Text(1, text); err != nil {
			return 0, err
		}
	}
	if err := w.q.word.Run(); err != nil {
		return 0, err
	}
	row, err := w.q.wordID.Step()
	if !row {
		return 0, err
	}
	id = w.q.wordID.ColInt(0)
	w.q.wordID.Reset()
	w.s.words.assign(i, id)
	w.fresh = append(w.fresh, i)
	return id, nil
}

// remember makes a committed batch findable. It comes before the waiters hear
// of it: who waited can look the record up.
func (w *writer) remember(l *load, entries []entry) {
	w.s.tail.mu.Lock()
	for i := range entries {
		e := &entries[i]
		contact := l.arena[e.off : e.off+int(e.contact)]
		key := e.off + int(e.contact+e.tags)
		w.s.tail.addRow(e.id, contact, l.arena[key:key+int(e.key)])
		w.last = max(w.last, e.id)
	}
	w.s.tail.mu.Unlock()
	w.s.spans.mu.Lock()
	for i := range entries {
		w.s.spans.add(entries[i].at, entries[i].id)
	}
	w.s.spans.mu.Unlock()
}
