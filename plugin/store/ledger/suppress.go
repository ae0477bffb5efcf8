package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// change is one change of the list.
type change struct {
	keys     []Key
	reason   Reason // "" with lift: every reason
	channel  string
	lift     bool
	force    bool // an owner's word counts whatever events said since
	at       int64
	source   string
	who, why string
}

// change puts a contact on the list, or takes them off. What is older than what
// stands there changes nothing; of two at the same time, being on it counts.
func (p *putting) change(c change) error {
	if c.lift {
		return p.lift(c)
	}
	person := c.keys[len(c.keys)-1]
	id, err := p.audit(c, person)
	if err != nil {
		return err
	}
	for _, k := range c.keys {
		_, err := p.tx.Exec(`INSERT INTO suppression VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7)
ON CONFLICT DO UPDATE SET person = ?4, at = ?5, active = 1, source = ?6, rev = ?7 WHERE ?8 OR at <= ?5`,
			k[:], c.reason, c.channel, person[:], c.at, c.source, id, c.force)
		if err != nil {
			return err
		}
	}
	return nil
}

// lift takes a contact off under every key they have. Where nothing stands yet,
// it leaves a note for what may come late.
func (p *putting) lift(c change) error {
	persons, err := p.persons(c.keys)
	if err != nil {
		return err
	}
	id, err := p.audit(c, c.keys[len(c.keys)-1])
	if err != nil {
		return err
	}
	changed := int64(0)
	for _, person := range persons {
		r, err := p.tx.Exec(`UPDATE suppression SET active = 0, at = max(at, ?1), source = ?2, rev = ?3
WHERE person = ?4 AND (?5 = '' OR reason = ?5) AND (?6 = '' OR channel = ?6) AND (?7 OR at < ?1)`,
			c.at, c.source, id, person, c.reason, c.channel, c.force)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if changed += n; err != nil {
			return err
		}
	}
	if changed > 0 || c.force {
		return nil
	}
	person := c.keys[len(c.keys)-1]
	_, err = p.tx.Exec("INSERT INTO suppression VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING",
		person[:], c.reason, c.channel, person[:], c.at, c.source, id)
	return err
}

// persons finds what the rows under keys have in common.
func (p *putting) persons(keys []Key) (persons [][]byte, err error) {
	for _, k := range keys {
		rows, err := p.tx.Query("SELECT DISTINCT person FROM suppression WHERE key = ?1 OR person = ?1", k[:])
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var person []byte
			if err := rows.Scan(&person); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			persons = append(persons, person)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return persons, nil
}

// audit notes a change for good, and gives it a number.
func (p *putting) audit(c change, person Key) (id int64, err error) {
	action := "add"
	if c.lift {
		action = "remove"
	}
	r, err := p.tx.Exec("INSERT INTO audit (made, at, action, person, reason, channel, source, who, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		p.now, c.at, action, person[:], c.reason, c.channel, c.source, c.who, c.why)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// Suppression is one entry to put on the list.
type Suppression struct {
	// ContactID and Email name the contact; or Key does, as an export has it.
	ContactID, Email string
	Key              Key
	Reason           Reason
	// Channel is what may not be used, "" for every channel.
	Channel string
	// At is since when; the zero time is now.
	At     time.Time
	Source string
}

// ErrBadSuppression: the entry can't be kept.
var ErrBadSuppression = errors.New("this is no entry of the legal suppression list")

// Suppress puts contacts on the list: all of them, or none with an error. who is
// the person who does it, why is what moved them; both are kept for good.
func (l *Ledger) Suppress(ctx context.Context, who, why string, entries ...Suppression) error {
	now := l.now()
	var changes []change
	for _, e := range entries {
		c := change{reason: e.Reason, channel: e.Channel, source: e.Source, who: who, why: why, at: now, force: e.At.IsZero()}
		if !e.At.IsZero() {
			c.at = min(e.At.UnixMilli(), now)
		}
		byID, byEmail := l.opts.Names(e.ContactID, e.Email)
		switch {
		case !slices.Contains(Reasons(), e.Reason):
			return fmt.Errorf("ledger: %w: there is no such reason", ErrBadSuppression)
		case e.Key != Key{}:
			c.keys = []Key{e.Key}
		case owns(byID, byEmail) == nil:
			return fmt.Errorf("ledger: %w: it names nobody", ErrBadSuppression)
		default:
			c.keys = append(byID[:min(1, len(byID))], byEmail[:min(1, len(byEmail))]...)
		}
		changes = append(changes, c)
	}
	return l.commit(ctx, func(tx *sql.Tx) error {
		p := putting{l: l, tx: tx, now: now}
		for _, c := range changes {
			if err := p.change(c); err != nil {
				return fmt.Errorf("ledger: %w", err)
			}
		}
		return nil
	})
}

// ErrNotListed: the contact is not on the list.
var ErrNotListed = errors.New("the contact is not on the legal suppression list")

// Lift takes a contact off the list, for one reason or with "" for all. who does
// it and why are kept for good, and must be said.
func (l *Ledger) Lift(ctx context.Context, who, why, id, email string, reason Reason) error {
	if who == "" || why == "" {
		return fmt.Errorf("ledger: %w: say who takes the contact off, and why", ErrBadSuppression)
	}
	byID, byEmail := l.opts.Names(id, email)
	keys := append(append([]Key{}, byID...), byEmail...)
	if err := l.refresh(); err != nil {
		return err
	}
	if !l.Listed(keys...) {
		return ErrNotListed
	}
	now := l.now()
	return l.commit(ctx, func(tx *sql.Tx) error {
		p := putting{l: l, tx: tx, now: now}
		return p.change(change{keys: keys, reason: reason, lift: true, force: true, at: now, source: "by hand", who: who, why: why})
	})
}

// standing changes the legal list.
func (p *putting) standing(e *Event, byID, byEmail []Key, at int64) error {
	c := change{at: at, channel: e.Channel, source: e.Source, keys: append(byID[:min(1, len(byID))], byEmail[:min(1, len(byEmail))]...)}
	switch e.Kind {
	case Unsubscribe:
		c.reason = ReasonUnsubscribe
	case Complaint:
		c.reason = ReasonComplaint
	case HardBounce:
		if e.CountOnly {
			return nil
		}
		c.reason = ReasonHardBounce
	case Resubscribe:
		c.reason, c.lift = ReasonUnsubscribe, true
		c.keys = append(append([]Key{}, byID...), byEmail...)
	default:
		return nil
	}
	return p.change(c)
}
