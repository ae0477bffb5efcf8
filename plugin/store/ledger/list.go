package ledger

import (
	"fmt"
	"slices"
	"sync"
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

// Listed reports whether any of the keys is on the list, whatever the channel.
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

// Empty reports whether nobody is on the list.
func (l *Ledger) Empty() bool { return l.list.len() == 0 }

// Idle reports whether there is nothing to be asked: nobody is on the list, and no
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
