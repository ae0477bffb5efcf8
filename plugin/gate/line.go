package gate

import (
	"context"
	"sync"
)

// lines is a striped lock by contact: the decisions of one contact go one at a
// time, those of different contacts side by side. A decision holds its contact's turn from before it
// reads the contact's state until its record is handed in; the one that follows
// finds the ticket of that record and waits until it can be read.
type lines struct{ stripes [64]stripe }

type stripe struct {
	mu     sync.Mutex
	ended  *span // a context that has ended
	places map[contactKey]*place
	linger []*place // nobody is at them, but the last record is not durable yet
	free   []*place
}

// place is where the decisions of one contact queue. It lives while somebody is
// at it or its last record is under way.
type place struct {
	key       contactKey
	turn      chan struct{} // holds a token while nobody has the turn
	users     int           // guarded by the stripe
	lingering bool          // guarded by the stripe
	last      Ticket        // of the last record; for who has the turn, or the stripe when there are no users
}

func newLines() *lines {
	l := &lines{}
	ended := &span{done: make(chan struct{})}
	close(ended.done)
	for i := range l.stripes {
		l.stripes[i].ended, l.stripes[i].places = ended, make(map[contactKey]*place)
	}
	return l
}

func (l *lines) stripe(k *contactKey) *stripe {
	return &l.stripes[k[keySize-1]&63]
}

// enter waits for the contact's turn. When ctx ends first it returns nil.
func (l *lines) enter(ctx context.Context, k contactKey) *place {
	s := l.stripe(&k)
	s.mu.Lock()
	s.tidy()
	p := s.places[k]
	if p == nil {
		p = s.place(k)
	}
	p.users++
	s.mu.Unlock()
	select {
	case <-p.turn:
		return p
	default:
	}
	select {
	case <-p.turn:
		return p
	case <-ctx.Done():
		l.leave(p)
		return nil
	}
}

// pass hands the turn on. The next one finds the record just handed in, if any.
func (p *place) pass(sub *submission) {
	if sub.ticket != nil {
		p.last = sub.ticket
	}
	p.turn <- struct{}{}
}

// leave ends the stay of somebody who has not, or no longer, the turn.
func (l *lines) leave(p *place) {
	s := l.stripe(&p.key)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.users--
	switch {
	case p.users > 0 || p.lingering:
	case s.settled(p):
		s.drop(p)
	default:
		p.lingering = true
		s.linger = append(s.linger, p)
	}
}

// place makes one; it needs the lock.
func (s *stripe) place(k contactKey) *place {
	var p *place
	if n := len(s.free); n > 0 {
		p, s.free = s.free[n-1], s.free[:n-1]
	} else {
		p = &place{turn: make(chan struct{}, 1)}
		p.turn <- struct{}{}
	}
	p.key = k
	s.places[k] = p
	return p
}

// drop takes a place back; it needs the lock.
func (s *stripe) drop(p *place) {
	const keep = 64
	delete(s.places, p.key)
	p.last, p.lingering = nil, false
	if len(s.free) < keep {
		s.free = append(s.free, p)
	}
}

// tidy drops the oldest places whose records have become durable, a few at a
// time. It needs the lock.
func (s *stripe) tidy() {
	for range 4 {
		if len(s.linger) == 0 {
			return
		}
		p := s.linger[0]
		if p.users == 0 && !s.settled(p) {
			return // those behind it were handed in later, most likely
		}
		s.linger = append(s.linger[:0], s.linger[1:]...)
		p.lingering = false
		if p.users == 0 {
			s.drop(p)
		}
	}
}

// settled reports whether the fate of a place's last record is known.
func (s *stripe) settled(p *place) bool {
	return p.last == nil || p.last.Wait(s.ended) != s.ended.Err()
}
