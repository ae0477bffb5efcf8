package store

import (
	"bytes"
	"context"
	"errors"

	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

// finder is a reading connection for what a decision asks before it is made:
// is there an answer under this key, what was the contact sent, which personas
// are active. database/sql would copy each chunk of links and cost several
// times as much.
type finder struct {
	c      *lite.Conn
	links  *lite.Stmt
	sent   *lite.Stmt
	key    *lite.Stmt
	active *lite.Stmt
	buf    []byte
}

func newFinder(dsn string, o Options) (f *finder, err error) {
	f = &finder{}
	open := lite.Open
	if o.ReadOnly {
		open = lite.OpenReadOnly
	}
	if f.c, err = open(dsn, o.BusyTimeout); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		to  **lite.Stmt
		sql string
	}{
		{&f.links, findChunks},
		{&f.sent, "SELECT at, flags, class, contact, tags FROM decision WHERE id = ?"},
		{&f.key, "SELECT key FROM decision WHERE id = ?"},
		{&f.active, "SELECT personas FROM active WHERE contact = ?"},
	} {
		if *p.to, err = f.c.Prepare(p.sql); err != nil {
			return nil, errors.Join(err, f.close())
		}
	}
	return f, nil
}

func (f *finder) close() error {
	for _, st := range []*lite.Stmt{f.links, f.sent, f.key, f.active} {
		if st != nil {
			st.Close()
		}
	}
	return f.c.Close()
}

func (s *SQLite) openFinders(dsn string) error {
	s.finders = make(chan *finder, s.opts.Readers)
	for range s.opts.Readers {
		f, err := newFinder(dsn, s.opts)
		if err != nil {
			return typed(errors.Join(err, s.closeFinders(len(s.finders))))
		}
		s.finders <- f
	}
	return nil
}

// closeFinders waits for n finders to be free and closes them.
func (s *SQLite) closeFinders(n int) error {
	var errs []error
	for range n {
		f := <-s.finders
		errs = append(errs, f.close())
	}
	close(s.finders)
	return errors.Join(errs...)
}

// finder lends one out; give it back with s.finders <- f.
func (s *SQLite) finder(ctx context.Context) (*finder, error) {
	select {
	case f, ok := <-s.finders:
		if !ok {
			return nil, ErrClosed
		}
		return f, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// find appends the ids that the runs have for hash.
func (f *finder) find(ids []int64, hash int64) ([]int64, error) {
	f.links.Int(1, hash)
	for {
		row, err := f.links.Step()
		if !row {
			return ids, err
		}
		f.buf = f.links.ColBytes(f.buf[:0], 1)
		eachLink(f.buf, func(l link) {
			if l.hash == hash {
				ids = append(ids, l.id)
			}
		})
	}
}

// keyIs reports whether the record is there and has this key.
func (f *finder) keyIs(id int64, key []byte) (bool, error) {
	f.key.Int(1, id)
	row, err := f.key.Step()
	if !row {
		return false, err
	}
	defer f.key.Reset()
	f.buf = f.key.ColBytes(f.buf[:0], 0)
	return bytes.Equal(f.buf, key), nil
}

// sentTo reads one record as a send to contact at or after since; ok is false
// if it is none.
func (f *finder) sentTo(id int64, contact []byte, since int64) (sent Sent, class int64, ok bool, err error) {
	f.sent.Int(1, id)
	row, err := f.sent.Step()
	if !row {
		return Sent{}, 0, false, err
	}
	defer f.sent.Reset()
	sent.At = f.sent.ColInt(0)
	if sent.At < since || f.sent.ColInt(1)&(flagSend|flagDegraded) != flagSend {
		return Sent{}, 0, false, nil
	}
	f.buf = f.sent.ColBytes(f.buf[:0], 3)
	if !bytes.Equal(f.buf, contact) {
		return Sent{}, 0, false, nil
	}
	f.buf = f.sent.ColBytes(f.buf[:0], 4)
	sent.Tags = readList(f.buf)
	return sent, f.sent.ColInt(2), true, nil
}
