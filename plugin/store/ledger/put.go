package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Put takes events; when it returns nil they are durable, and decisions see them.
// Each counts once, however often it comes. An ErrBadEvent refuses them all.
func (l *Ledger) Put(ctx context.Context, events ...Event) error {
	for i := range events {
		if err := events[i].Check(); err != nil {
			return err
		}
	}
	if len(events) == 0 {
		return nil
	}
	var fresh []Kind
	err := l.commit(ctx, func(tx *sql.Tx) error {
		fresh = fresh[:0]
		p := putting{l: l, tx: tx, now: l.now()}
		for i := range events {
			isNew, err := p.event(&events[i])
			if err != nil {
				return fmt.Errorf("ledger: %w", err)
			}
			if isNew {
				fresh = append(fresh, events[i].Kind)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range fresh {
		l.counts.by[k].Add(1)
	}
	l.counts.repeats.Add(uint64(len(events) - len(fresh)))
	return nil
}

// putting is one transaction that takes events in.
type putting struct {
	l   *Ledger
	tx  *sql.Tx
	now int64
}

// event takes one event in, and reports whether it was new.
func (p *putting) event(e *Event) (isNew bool, err error) {
	at := p.now
	if !e.At.IsZero() {
		at = min(e.At.UnixMilli(), p.now) // somebody else's clock may be ahead
	}
	byID, byEmail := p.l.opts.Names(e.ContactID, e.Email)
	owner, id := owns(byID, byEmail), p.idOf(e)
	if owner == nil {
		if owner, err = p.ownerOf(idOf("order", e.Source, e.OrderID)); err != nil {
			return false, err
		}
	}
	if owner, err = p.follow(owner); err != nil {
		return false, err
	}
	if isNew, err = p.mark(id, owner); err != nil || !isNew {
		return isNew, err
	}
	if err := p.feed(e); err != nil {
		return true, err
	}
	if owner == nil {
		return true, p.orphan(e, at)
	}
	if len(byID) > 0 && len(byEmail) > 0 {
		if err := p.link(byID[0], byEmail[0], at); err != nil {
			return true, err
		}
	}
	if err := p.count(*owner, e, at); err != nil {
		return true, err
	}
	return true, p.standing(e, byID, byEmail, at)
}

// owns is the key that a contact is known under: the address, which every
// platform knows, before a number, which only some do.
func owns(byID, byEmail []Key) *Key {
	switch {
	case len(byEmail) > 0:
		return &byEmail[0]
	case len(byID) > 0:
		return &byID[0]
	}
	return nil
}

// idOf is under what an event is remembered: an order by its number, so that it
// counts once though several topics tell of it.
func (p *putting) idOf(e *Event) []byte {
	if e.Kind == Order && e.OrderID != "" {
		return idOf("order", e.Source, e.OrderID)
	}
	return idOf("event", e.Source, e.Kind.String()+" "+e.ID)
}

func (p *putting) mark(id []byte, owner *Key) (isNew bool, err error) {
	var contact any
	if owner != nil {
		contact = owner[:]
	}
	r, err := p.tx.Exec("INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, p.now, contact)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// ownerOf finds whose an order is; nil when it has not come.
func (p *putting) ownerOf(order []byte) (*Key, error) {
	var contact []byte
	err := p.tx.QueryRow("SELECT contact FROM seen WHERE id = ?", order).Scan(&contact)
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(contact) != len(Key{}) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k := Key(contact)
	return &k, nil
}

// feed notes since when the source tells of this kind: its first event shows
// that it does.
func (p *putting) feed(e *Event) error {
	if e.Complete && (e.Kind == Order || e.Kind == Return || e.Kind == Cancel) {
		for _, k := range []Kind{Order, Return, Cancel} { // who tells of all orders tells of what became of them
			if _, err := p.tx.Exec("INSERT INTO feed VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET since = 0", e.Source, k); err != nil {
				return err
			}
		}
		return nil
	}
	_, err := p.tx.Exec("INSERT INTO feed VALUES (?, ?, ?) ON CONFLICT DO NOTHING", e.Source, e.Kind, p.now)
	return err
}

// orphan keeps what became of an order until the order comes.
func (p *putting) orphan(e *Event, at int64) error {
	_, err := p.tx.Exec("INSERT INTO orphan (ord, kind, at, amount, came) VALUES (?, ?, ?, ?, ?)",
		idOf("order", e.Source, e.OrderID), e.Kind, at, e.money(), p.now)
	return err
}

// link leads from a contact's number to the address, and takes along what was
// known under the number alone.
func (p *putting) link(from, to Key, at int64) error {
	var data []byte
	err := p.tx.QueryRow("SELECT data FROM state WHERE key = ?", from[:]).Scan(&data)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if len(data) > 0 && data[0] == holdsTally {
		var old Tally
		if err := old.decode(data); err != nil {
			return err
		}
		t, last, err := p.tally(to)
		if err != nil {
			return err
		}
		t.merge(&old)
		if err := p.write(to, &t, max(last, at)); err != nil {
			return err
		}
	}
	return p.store(from, max(at, 1), append([]byte{holdsLink}, to[:]...))
}

// follow goes from a number to the address that it leads to.
func (p *putting) follow(k *Key) (*Key, error) {
	if k == nil {
		return nil, nil
	}
	var data []byte
	err := p.tx.QueryRow("SELECT data FROM state WHERE key = ?", k[:]).Scan(&data)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if to, ok := linkOf(data); ok {
		return &to, nil
	}
	return k, nil
}

// tidy sweeps, but not by a clock that leapt forward: everybody would be forgotten,
// and repeats count twice.
func (l *Ledger) tidy(ctx context.Context) (err error) {
	now := l.opts.Clock()
	if l.opts.Retention >= 0 {
		ok, leapt := l.guard.Hourly(now)
		if leapt {
			l.opts.Log.Warn("the clock is far ahead of where it was: what events told is kept for a day more, so that a clock that was set wrong forgets nobody; check the system's time", "now", now)
		}
		if !ok {
			return l.commit(ctx, func(tx *sql.Tx) error {
				_, err := tx.Exec(setMeta, "alive", now.UnixMilli())
				return err
			})
		}
	}
	_, err = l.Sweep(ctx)
	return err
}

// Sweep removes contacts whose last event is past the retention, and what is
// remembered to know repeats by. The legal list stays.
func (l *Ledger) Sweep(ctx context.Context) (n int64, err error) {
	now := l.now()
	before := now - l.opts.Retention.Milliseconds()
	forgot := max(before, l.forgot.Load())
	err = l.commit(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(setMeta, "alive", now); err != nil || l.opts.Retention < 0 {
			return err
		}
		r, err := tx.Exec("DELETE FROM state WHERE last < ?", before)
		if err != nil {
			return err
		}
		if n, err = r.RowsAffected(); err == nil && n > 0 {
			_, err = tx.Exec(setMeta, "forgot", forgot)
		}
		if err == nil {
			_, err = tx.Exec("DELETE FROM seen WHERE at < ?", before)
		}
		if err == nil {
			_, err = tx.Exec("DELETE FROM orphan WHERE came < ?", now-(90*24*time.Hour).Milliseconds())
		}
		return err
	})
	if err == nil && n > 0 {
		l.forgot.Store(forgot)
	}
	return n, err
}
