package ledger

import (
	"database/sql"
	"errors"
	"strings"
)

func (p *putting) write(k Key, t *Tally, last int64) error { return p.store(k, last, t.encode()) }

func (p *putting) store(k Key, last int64, data []byte) error {
	p.l.sieve.add(k) // before anybody can read the row
	_, err := p.tx.Exec("INSERT INTO state VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last), data = excluded.data",
		k[:], last, data)
	return err
}

// count adds an event to the contact's tally, and what waited for it.
func (p *putting) count(owner Key, e *Event, at int64) error {
	t, last, err := p.tally(owner)
	if err != nil {
		return err
	}
	again := false
	if e.Kind == Return && e.OrderID != "" {
		if again, err = p.returned(e.Source, e.OrderID); err != nil {
			return err
		}
	}
	t.add(e.Kind, at, e.money(), strings.ToUpper(e.Currency), again, p.now)
	if e.Kind == Order && e.OrderID != "" {
		if err := p.adopt(&t, e); err != nil {
			return err
		}
	}
	return p.write(owner, &t, max(last, at))
}

// tally reads what is kept of a contact.
func (p *putting) tally(owner Key) (t Tally, last int64, err error) {
	var data []byte
	err = p.tx.QueryRow("SELECT last, data FROM state WHERE key = ?", owner[:]).Scan(&last, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return Tally{Forgot: p.l.forgot.Load()}, 0, nil
	}
	if err == nil {
		err = t.decode(data)
	}
	return t, last, err
}

// returned notes that something of an order came back, and reports whether that
// was known.
func (p *putting) returned(source, order string) (again bool, err error) {
	isNew, err := p.mark(idOf("returned", source, order), nil)
	return !isNew, err
}

// adopt counts what came before the order it is of.
func (p *putting) adopt(t *Tally, e *Event) error {
	id := idOf("order", e.Source, e.OrderID)
	rows, err := p.tx.Query("DELETE FROM orphan WHERE ord = ? RETURNING kind, at, amount", id)
	if err != nil {
		return err
	}
	defer rows.Close()
	var waiting [][3]int64
	for rows.Next() {
		var w [3]int64
		if err := rows.Scan(&w[0], &w[1], &w[2]); err != nil {
			return err
		}
		waiting = append(waiting, w)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, w := range waiting {
		again := false
		if Kind(w[0]) == Return {
			if again, err = p.returned(e.Source, e.OrderID); err != nil {
				return err
			}
		}
		t.add(Kind(w[0]), w[1], w[2], "", again, p.now)
	}
	return nil
}
