package receiver

import (
	"container/list"
	"net"
	"sync"
	"time"
)

// bodies is the room for bodies whose senders have proved nothing yet, beyond
// what anybody may send. It is taken as bytes come, not as they are announced.
// When none is left, the body that has been coming for longest makes place:
// senders are quick, so whoever wants to keep them out must fill all the room in
// the time that they take.
type bodies struct {
	mu     sync.Mutex
	left   int       // bytes
	coming list.List // of *body, the oldest first
	conns  taken
}

// body is one of them. Its fields but bytes are guarded by bodies.mu.
type body struct {
	bytes []byte
	conn  net.Conn
	held  int           // bytes of the room
	place *list.Element // nil: not coming any more
}

// begin adds a body that comes over conn.
func (s *bodies) begin(conn net.Conn) *body {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &body{conn: conn, bytes: make([]byte, 0, anybodysBody)}
	b.place = s.coming.PushBack(b)
	return b
}

// grow gives a body room for twice its bytes, but no more than most. It returns
// false when the body has to make place itself, or had to before.
func (s *bodies) grow(b *body, most int) bool {
	size := min(2*cap(b.bytes), most)
	if !s.take(b, size-cap(b.bytes)) {
		return false
	}
	larger := make([]byte, len(b.bytes), size)
	copy(larger, b.bytes)
	b.bytes = larger
	return true
}

func (s *bodies) take(b *body, n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for b.place != nil && s.left < n {
		oldest, _ := s.coming.Front().Value.(*body)
		s.cutOff(oldest)
	}
	if b.place == nil {
		return false
	}
	s.left -= n
	b.held += n
	return true
}

// cutOff has a body make place. Its reader notices by an error.
func (s *bodies) cutOff(b *body) {
	s.arrive(b)
	s.left += b.held
	b.held = 0
	_ = b.conn.SetReadDeadline(time.Unix(1, 0)) // if it fails, the connection is gone
}

// arrived tells that a body is whole: it is not cut off any more. It returns
// false when it was before.
func (s *bodies) arrived(b *body) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	coming := b.place != nil
	s.arrive(b)
	return coming
}

func (s *bodies) arrive(b *body) {
	if b.place != nil {
		s.coming.Remove(b.place)
		b.place = nil
	}
}

// end gives the room back, and forgets the bytes.
func (s *bodies) end(b *body) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(b)
	s.left += b.held
	b.held, b.bytes = 0, nil
}
