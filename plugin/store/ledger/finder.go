package ledger

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

// finder is a reading connection for decisions.
type finder struct {
	c     *lite.Conn
	state *lite.Stmt
	buf   []byte
}

func (l *Ledger) openFinders(dsn string) error {
	l.finders = make(chan *finder, l.opts.Readers)
	for range l.opts.Readers {
		c, err := lite.OpenReadOnly(dsn, 5*time.Second)
		if err != nil {
			return err
		}
		f := &finder{c: c}
		if f.state, err = c.Prepare("SELECT data FROM state WHERE key = ?"); err != nil {
			return errors.Join(err, c.Close())
		}
		l.finders <- f
	}
	return nil
}

// closeFinders waits for those lent out.
func (l *Ledger) closeFinders() error {
	var errs []error
	for range cap(l.finders) {
		select {
		case f := <-l.finders:
			f.state.Close()
			errs = append(errs, f.c.Close())
		case <-time.After(5 * time.Second): // opening failed half way
			return errors.Join(errs...)
		}
	}
	return errors.Join(errs...)
}

// About is what is known of who has any of the keys, at a moment. created is
// when the contact came to be, the zero time when that is not known.
func (l *Ledger) About(ctx context.Context, v *View, now, created time.Time, keys ...Key) error {
	*v = View{tally: Tally{Forgot: l.forgot.Load()}, now: now.UnixMilli(), since: *l.since.Load()}
	if !created.IsZero() {
		v.created = created.UnixMilli()
	}
	if !slices.ContainsFunc(keys, l.sieve.has) {
		return nil
	}
	f, err := l.lend(ctx)
	if err != nil {
		return err
	}
	defer func() { l.finders <- f }()
	for i := 0; i < len(keys); i++ {
		if !l.sieve.has(keys[i]) {
			continue
		}
		data, err := f.find(keys[i])
		if err != nil {
			return err
		}
		if to, ok := linkOf(data); ok {
			if !slices.Contains(keys, to) {
				keys = append(slices.Clip(keys), to)
			}
			continue
		}
		if err := v.add(data); err != nil {
			return err
		}
	}
	return nil
}

// find reads a row; it is good until the next one.
func (f *finder) find(k Key) ([]byte, error) {
	if err := f.state.Bytes(1, k[:]); err != nil {
		return nil, err
	}
	row, err := f.state.Step()
	if !row {
		return nil, err
	}
	defer f.state.Reset()
	f.buf = f.state.ColBytes(f.buf[:0], 0)
	return f.buf, nil
}

func (v *View) add(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if !v.found {
		v.found = true
		return v.tally.decode(data)
	}
	var other Tally
	if err := other.decode(data); err != nil {
		return err
	}
	v.tally.merge(&other)
	return nil
}

// Follow gives the key of the address that a contact's number leads to; ok is
// false when it leads nowhere.
func (l *Ledger) Follow(ctx context.Context, k Key) (to Key, ok bool, err error) {
	if !l.sieve.has(k) {
		return to, false, nil
	}
	f, err := l.lend(ctx)
	if err != nil {
		return to, false, err
	}
	defer func() { l.finders <- f }()
	data, err := f.find(k)
	if err != nil {
		return to, false, err
	}
	to, ok = linkOf(data)
	return to, ok, nil
}

// lend gives out a finder; put it back. One that is free is given even when ctx
// has ended: reading takes microseconds.
func (l *Ledger) lend(ctx context.Context) (*finder, error) {
	select {
	case f := <-l.finders:
		return f, nil
	default:
	}
	select {
	case f := <-l.finders:
		return f, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
