// Package relaytest has an SMTP server that counts what it gets and fails on
// request. It exists because what is promised about delivery (nothing lost,
// nothing twice) can only be shown against a server that refuses, breaks off and
// goes away at the worst moments.
package relaytest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/textproto"
	"strings"
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
	kept    [][]byte
	logins  int
	most    int // connections at a time
	handled sync.WaitGroup
}

// Start starts a sink.
func Start(o Options) (*Sink, error) {
	s := &Sink{opts: o, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}, counts: map[string]int{}, ids: map[string]int{}, doubts: map[string]int{}}
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
			s.mu.Lock()
			s.conns[c] = true
			s.most = max(s.most, len(s.conns))
			s.mu.Unlock()
			s.handled.Go(func() { s.serve(c) })
		}
	}()
	return nil
}

// Down stops listening and cuts every connection.
func (s *Sink) Down() {
	s.mu.Lock()
	_ = s.ln.Close()
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

func (s *Sink) copied(m map[string]int) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Total is how many mails were taken, Logins how often somebody logged in, Most
// how many connections there were at a time.
func (s *Sink) Total() int  { s.mu.Lock(); defer s.mu.Unlock(); return sum(s.counts) }
func (s *Sink) Logins() int { s.mu.Lock(); defer s.mu.Unlock(); return s.logins }
func (s *Sink) Most() int   { s.mu.Lock(); defer s.mu.Unlock(); return s.most }

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

// talk is one conversation.
type talk struct {
	s      *Sink
	conn   net.Conn
	text   *textproto.Conn
	secure bool
	to     string
	known  bool
	fault  Fault
}

func (s *Sink) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	t := &talk{s: s, conn: c, text: textproto.NewConn(c)}
	t.say("220 sink ESMTP")
	for {
		line, err := t.text.ReadLine()
		if err != nil || !t.command(line) {
			return
		}
	}
}

func (t *talk) say(line string) { _ = t.text.PrintfLine("%s", line) }

// command answers one line and tells whether the conversation goes on.
func (t *talk) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		t.greet()
	case "STARTTLS":
		t.say("220 go ahead")
		secured := tls.Server(t.conn, t.s.opts.TLS)
		t.text, t.secure = textproto.NewConn(secured), true
	case "AUTH":
		t.login(rest)
	case "MAIL":
		return t.mail()
	case "RCPT":
		return t.rcpt(rest)
	case "DATA":
		return t.data()
	case "QUIT":
		t.say("221 bye")
		return false
	default:
		t.say("250 ok")
	}
	return true
}

func (t *talk) greet() {
	lines := []string{"sink", "8BITMIME"}
	if t.s.opts.TLS != nil && !t.secure {
		lines = append(lines, "STARTTLS")
	}
	if t.s.opts.User != "" {
		lines = append(lines, "AUTH PLAIN LOGIN")
	}
	for i, l := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		t.say("250" + sep + l)
	}
}

func (t *talk) login(rest string) {
	_, given, _ := strings.Cut(rest, " ")
	want := base64.StdEncoding.EncodeToString([]byte("\x00" + t.s.opts.User + "\x00" + t.s.opts.Password))
	if t.known = given == want; !t.known {
		t.say("535 no")
		return
	}
	t.s.mu.Lock()
	t.s.logins++
	t.s.mu.Unlock()
	t.say("235 ok")
}

func (t *talk) mail() bool {
	if t.s.opts.User != "" && !t.known {
		t.say("530 log in first")
		return true
	}
	t.say("250 ok")
	return true
}

func (t *talk) rcpt(rest string) bool {
	_, to, _ := strings.Cut(rest, "<")
	t.to, _, _ = strings.Cut(to, ">")
	t.s.mu.Lock()
	n := t.s.n
	t.s.n++
	t.s.mu.Unlock()
	switch t.fault = t.s.opts.Fault(n, t.to); t.fault {
	case Refuse:
		t.say("550 there is nobody called <" + t.to + ">")
	case Busy:
		t.say("450 try later")
	case GoingDown:
		t.say("421 closing")
		return false
	default:
		t.say("250 ok")
	}
	return true
}

func (t *talk) data() bool {
	t.say("354 go on")
	if t.fault == Reset {
		_, _ = t.text.R.Peek(1)
		t.reset()
		return false
	}
	body, err := io.ReadAll(t.text.DotReader())
	if err != nil {
		return false
	}
	switch t.fault {
	case BusyAtEnd:
		t.say("451 try later")
	case RefuseAtEnd:
		t.say("554 no")
	case ResetNotTaken:
		t.note(nil)
		t.reset()
		return false
	case ResetTaken:
		t.note(body)
		t.reset()
		return false
	default:
		t.take(body)
		t.say("250 taken")
	}
	return true
}

// note counts a mail whose sender is left in doubt.
func (t *talk) note(body []byte) {
	t.s.mu.Lock()
	t.s.doubts[t.to]++
	t.s.mu.Unlock()
	if body != nil {
		t.take(body)
	}
}

func (t *talk) take(body []byte) {
	head, err := textproto.NewReader(bufio.NewReader(strings.NewReader(string(body)))).ReadMIMEHeader()
	id := head.Get("Message-Id")
	if err != nil || id == "" {
		id = "none"
	}
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.counts[t.to]++
	t.s.ids[id]++
	if t.s.opts.Keep {
		t.s.kept = append(t.s.kept, body)
	}
}

// reset ends the connection with a TCP reset.
func (t *talk) reset() {
	if c, ok := t.conn.(*net.TCPConn); ok {
		_ = c.SetLinger(0)
	}
	_ = t.conn.Close()
}
