package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Reason is why somebody is on the legal suppression list.
type Reason string

// The reasons. The list is closed.
const (
	ReasonUnsubscribe Reason = "unsubscribe"
	ReasonComplaint   Reason = "complaint"
	ReasonHardBounce  Reason = "hard_bounce"
	ReasonObjection   Reason = "objection"
)

// Reasons lists the reasons, the weightiest first.
func Reasons() []Reason {
	return []Reason{ReasonObjection, ReasonUnsubscribe, ReasonComplaint, ReasonHardBounce}
}

// mark is one reason in memory.
type mark struct {
	reason  Reason
	channel string
}

// list is the legal list in memory: those that are on it, by key.
type list struct {
	mu      sync.RWMutex
	marks   map[Key][]mark
	rev     int64
	reading sync.Mutex // one refresh at a time
}

func (s *list) len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.marks)
}

// Barred tells why a message on a channel may not go to who has any of the keys;
// "" when it may. A message whose channel is not known is taken for any of them.
func (l *Ledger) Barred(channel string, keys ...Key) (reason Reason) {
	l.list.mu.RLock()
	defer l.list.mu.RUnlock()
	best := len(Reasons())
	for _, k := range keys {
		for _, m := range l.list.marks[k] {
			if m.channel != "" && channel != "" && m.channel != channel {
				continue
			}
			if n := slices.Index(Reasons(), m.reason); n < best {
				best, reason = n, m.reason
			}
		}
	}
	return reason
}

// Listed tells whether any of the keys is on the list, whatever the channel.
func (l *Ledger) Listed(keys ...Key) bool {
	l.list.mu.RLock()
	defer l.list.mu.RUnlock()
	for _, k := range keys {
		if len(l.list.marks[k]) > 0 {
			return true
		}
	}
	return false
}

// Empty tells whether nobody is on the list.
func (l *Ledger) Empty() bool { return l.list.len() == 0 }

// Idle tells whether there is nothing to be asked: nobody is on the list, and no
// event came.
func (l *Ledger) Idle() bool { return !l.sieve.used.Load() && l.Empty() }

// refresh reads the changes of the list since the last time.
func (l *Ledger) refresh() error {
	s := &l.list
	s.reading.Lock()
	defer s.reading.Unlock()
	var newest int64
	if err := l.db.QueryRow("SELECT coalesce(max(rev), 0) FROM suppression").Scan(&newest); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	s.mu.RLock()
	rev := s.rev
	s.mu.RUnlock()
	if newest == rev {
		return nil
	}
	rows, err := l.db.Query("SELECT key, reason, channel, active FROM suppression WHERE rev > ?", rev)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marks == nil {
		s.marks = map[Key][]mark{}
	}
	for rows.Next() {
		var key []byte
		var m mark
		var active bool
		if err := rows.Scan(&key, &m.reason, &m.channel, &active); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		if len(key) == len(Key{}) {
			s.set(Key(key), m, active)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	s.rev = newest
	return nil
}

// set puts a mark on a key or takes it off. Lists of marks are not changed in
// place: Barred may be reading them.
func (s *list) set(k Key, m mark, active bool) {
	var marks []mark
	for _, x := range s.marks[k] {
		if x != m {
			marks = append(marks, x)
		}
	}
	if active {
		marks = append(marks, m)
	}
	if marks == nil {
		delete(s.marks, k)
		return
	}
	s.marks[k] = marks
}

// checkKeys wants every hash key that the list was kept under.
func (l *Ledger) checkKeys() error {
	if l.opts.Names == nil {
		return nil
	}
	known := map[byte]bool{}
	_, byEmail := l.opts.Names("", "somebody@example.test")
	for _, k := range byEmail {
		known[k[0]] = true
	}
	l.list.mu.RLock()
	defer l.list.mu.RUnlock()
	for k := range l.list.marks {
		if !known[k[0]] {
			return fmt.Errorf("%w (version %d)", ErrLostKey, k[0])
		}
	}
	return nil
}

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
