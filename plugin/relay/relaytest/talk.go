package relaytest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/textproto"
	"strings"
)

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

// command answers one line and reports whether the conversation goes on.
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
		t.s.mu.Lock()
		t.s.cuts[t.to]++
		t.s.mu.Unlock()
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
