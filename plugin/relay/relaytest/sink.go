// Package relaytest has an SMTP server that counts what it gets and fails on
// request. It exists because what is promised about delivery (nothing lost,
// nothing twice) can only be shown against a server that refuses, breaks off and
// goes away at the worst moments.
package relaytest

import (
	"crypto/tls"
	"maps"
	"net"
	"sync"
)

// Fault is what goes wrong with one mail.
type Fault uint8

// The faults. Those named Reset end the connection without an answer.
const (
	None          Fault = iota
	Refuse              // 550 at RCPT
	Busy                // 450 at RCPT
	BusyAtEnd           // 451 after the message
	RefuseAtEnd         // 554 after the message
	Reset               // in the middle of the message: it was not taken
	ResetTaken          // after the message, which was taken
	ResetNotTaken       // after the message, which was not taken
	GoingDown           // 421 at MAIL
)

// Options of a sink. The zero value takes everything.
type Options struct {
	// Fault chooses what goes wrong with the nth mail (from 0) to an address.
	Fault func(n int, to string) Fault
	// TLS makes it offer STARTTLS, User and Password make it demand a login.
	TLS            *tls.Config
	User, Password string
	// Keep keeps the messages; without it they are counted only.
	Keep bool
}

// Sink is an SMTP server on a free port of this machine.
type Sink struct {
	opts Options
	addr string

	mu      sync.Mutex
	ln      net.Listener
	conns   map[net.Conn]bool
	n       int
	counts  map[string]int // deliveries by recipient
	ids     map[string]int // by Message-ID
	doubts  map[string]int // resets after the message, by recipient
	cuts    map[string]int // resets within it
	kept    [][]byte
	logins  int
	most    int // connections at a time
	handled sync.WaitGroup
}

// Start starts a sink.
func Start(o Options) (*Sink, error) {
	addr, err := hold()
	if err != nil {
		return nil, err
	}
	s := &Sink{opts: o, addr: addr, conns: map[net.Conn]bool{}, counts: map[string]int{}, ids: map[string]int{}, doubts: map[string]int{}, cuts: map[string]int{}}
	if o.Fault == nil {
		s.opts.Fault = func(int, string) Fault { return None }
	}
	return s, s.Up()
}

// Addr is where it listens, the same after Down and Up.
func (s *Sink) Addr() string { return s.addr }

// Up listens, again after Down.
func (s *Sink) Up() error {
	ln, err := net.Listen("tcp", s.addr)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.ln, s.addr = ln, ln.Addr().String()
	s.mu.Unlock()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			s.begin(ln, c)
		}
	}()
	return nil
}

// begin serves a connection, unless Down came before it.
func (s *Sink) begin(ln net.Listener, c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ln != ln {
		_ = c.Close()
		return
	}
	s.conns[c] = true
	s.most = max(s.most, len(s.conns))
	s.handled.Go(func() { s.serve(c) })
}

// Down stops listening and cuts every connection.
func (s *Sink) Down() {
	s.mu.Lock()
	if s.ln != nil {
		_ = s.ln.Close()
		s.ln = nil
	}
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.handled.Wait()
}

// Counts are the mails taken, by recipient.
func (s *Sink) Counts() map[string]int { return s.copied(s.counts) }

// IDs are the mails taken, by Message-ID.
func (s *Sink) IDs() map[string]int { return s.copied(s.ids) }

// Doubts are the connections cut after a message, by recipient.
func (s *Sink) Doubts() map[string]int { return s.copied(s.doubts) }

// Cuts are the connections cut within a message, by recipient. A sender that had it
// all on the way by then is in doubt, too.
func (s *Sink) Cuts() map[string]int { return s.copied(s.cuts) }

func (s *Sink) copied(m map[string]int) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(m))
	maps.Copy(out, m)
	return out
}

// Total is how many mails were taken.
func (s *Sink) Total() int { s.mu.Lock(); defer s.mu.Unlock(); return sum(s.counts) }

// Logins is how often somebody logged in.
func (s *Sink) Logins() int { s.mu.Lock(); defer s.mu.Unlock(); return s.logins }

// Most is how many connections there were at a time.
func (s *Sink) Most() int { s.mu.Lock(); defer s.mu.Unlock(); return s.most }

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// Messages are those kept.
func (s *Sink) Messages() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]byte(nil), s.kept...)
}
