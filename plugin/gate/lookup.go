package gate

import (
	"context"
	"errors"

	"github.com/winnow-gate/winnow/plugin/store"
)

// Decision finds a decision in the log. Errors: ErrNoLog, and those of the
// store.
func (g *Gate) Decision(ctx context.Context, id int64) (r store.Record, ok bool, err error) {
	if g.store == nil {
		return r, false, ErrNoLog
	}
	return g.store.Decision(ctx, id)
}

// History lists the decisions about a contact, newest first: at most limit of
// those with ids below before; 0 means no bound. Errors: ErrNoLog, and those of
// the store.
func (g *Gate) History(ctx context.Context, by By, name string, before int64, limit int) ([]store.Record, error) {
	if g.store == nil {
		return nil, ErrNoLog
	}
	var list []store.Record
	for _, k := range g.keysOf(by, name) {
		some, err := g.store.ByContact(ctx, k[:], before, limit)
		if err != nil {
			return nil, err
		}
		list = merge(list, some)
	}
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// merge joins two lists of records, newest first.
func merge(a, b []store.Record) []store.Record {
	if len(a) == 0 {
		return b
	}
	out := make([]store.Record, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].ID > b[0].ID {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Erase removes everything that the log holds about a contact, under any of the
// hash keys, and what platforms told of them, and returns how many records went.
// The legal suppression list keeps its keyed hash: without it they would be
// written to again. Errors: ErrNoLog, and those of
// the store; then some may be left.
func (g *Gate) Erase(ctx context.Context, by By, name string) (int, error) {
	if g.store == nil && g.opts.Events == nil {
		return 0, ErrNoLog
	}
	total := 0
	var errs []error
	if g.opts.Events != nil {
		errs = append(errs, g.forget(ctx, by, name))
	}
	if g.store == nil {
		return 0, errors.Join(errs...)
	}
	for _, k := range g.keysOf(by, name) {
		g.answers.forget(k)
		n, err := g.store.Erase(ctx, k[:])
		total += n
		errs = append(errs, err)
		g.answers.forget(k) // of decisions that were under way
	}
	g.counts.erased.Add(uint64(total))
	return total, errors.Join(errs...)
}

// ContactKeys are the keys that a contact has in the log, one for each hash
// key.
func ContactKeys(keys []HashKey, by By, name string) [][]byte {
	var out [][]byte
	for _, k := range keys {
		c := newHasher(k).contact(by, name)
		out = append(out, c[:])
	}
	return out
}

func (g *Gate) keysOf(by By, name string) []contactKey {
	w := g.getWork()
	defer g.putWork(w)
	var out []contactKey
	for _, h := range w.hashers {
		out = append(out, h.contact(by, name))
	}
	return out
}

// Check asks the store whether it still writes, and returns what is wrong. It
// goes through the same queue as records. Without a log nothing can be wrong.
func (g *Gate) Check(ctx context.Context) (err error) {
	if g.store == nil {
		return nil
	}
	if c, ok := g.store.(checked); ok {
		err = c.Check(ctx)
	} else {
		_, err = g.store.Sweep(ctx, 0, 1) // nothing is that old
	}
	if err != nil {
		g.notRecording(err)
	} else {
		g.recording()
	}
	return err
}
