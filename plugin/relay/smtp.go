package relay

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"
)

// Security says how a connection to an SMTP server is encrypted.
type Security uint8

// The ways. StartTLS begins in the clear and encrypts before anything is said,
// or fails; TLS is encrypted from the first byte; Cleartext is for servers on
// the same machine.
const (
	StartTLS Security = iota
	TLS
	Cleartext
)

// SMTPOptions are those of an SMTP carrier. Addr is needed.
type SMTPOptions struct {
	// Addr is the server, host:port.
	Addr     string
	Security Security
	// TLS adds to how certificates are checked; nil checks them as the system
	// does.
	TLS *tls.Config
	// User and Password log in; no User, no login.
	User, Password string
	// Auth is plain, login, cram-md5, scram-sha-256 or xoauth2 (the password is
	// then the token); "" takes the best that the server offers.
	Auth string
	// ReturnPath is the address that bounces go to; "" is the one in From.
	ReturnPath string
	// Host is what this server calls itself, in EHLO and Message-ID; "" is
	// localhost, and the domain of From.
	Host string
	// Timeout bounds each step of a conversation; 0 means 1 min. Idle is how
	// long an unused connection is kept; 0 means 15 s.
	Timeout, Idle time.Duration
	// PerConnection is how many mails go over one connection; 0 means 100.
	PerConnection int
}

// SMTP delivers mails to one SMTP server. It keeps connections open between
// mails.
type SMTP struct {
	opts   SMTPOptions
	mu     sync.Mutex
	idle   []*session
	closed bool
}

// NewSMTP makes a carrier. It fails when the options make no sense; the server
// is not talked to yet.
func NewSMTP(o SMTPOptions) (*SMTP, error) {
	if host, _, err := net.SplitHostPort(o.Addr); err != nil || host == "" {
		return nil, fmt.Errorf("%q is no SMTP server: write it as host:port, as in mail.example.com:587", o.Addr)
	}
	switch o.Auth {
	case "", "plain", "login", "cram-md5", "scram-sha-256", "xoauth2":
	default:
		return nil, fmt.Errorf("there is no way of logging in named %q: use plain, login, cram-md5, scram-sha-256 or xoauth2", o.Auth)
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Idle <= 0 {
		o.Idle = 15 * time.Second
	}
	if o.PerConnection <= 0 {
		o.PerConnection = 100
	}
	return &SMTP{opts: o}, nil
}

// Close implements Carrier.
func (s *SMTP) Close() error {
	s.mu.Lock()
	idle := s.idle
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	for _, one := range idle {
		one.quit()
	}
	return nil
}

// Carry implements Carrier.
func (s *SMTP) Carry(ctx context.Context, m *Mail, commit func() error) Outcome {
	e, err := compose(m, s.opts.ReturnPath, s.opts.Host)
	if err != nil {
		return Outcome{Verdict: Never, Why: err.Error()}
	}
	for {
		one, used, err := s.session(ctx)
		if err != nil {
			return Outcome{Verdict: Down, Why: err.Error()}
		}
		out, stale := one.send(ctx, e, commit)
		if stale && used {
			one.cut()
			continue // it had been closed while nobody used it
		}
		s.put(one)
		return out
	}
}

// session takes a connection that is open, or opens one.
func (s *SMTP) session(ctx context.Context) (one *session, used bool, err error) {
	for {
		s.mu.Lock()
		n := len(s.idle)
		if n == 0 {
			s.mu.Unlock()
			break
		}
		one = s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		if time.Since(one.rested) < s.opts.Idle {
			return one, true, nil
		}
		one.quit()
	}
	one, err = s.open(ctx)
	return one, false, err
}

// put gives a connection back.
func (s *SMTP) put(one *session) {
	if one.broken {
		one.cut()
		return
	}
	s.mu.Lock()
	keep := !s.closed && one.sent < s.opts.PerConnection
	if keep {
		one.rested = time.Now()
		s.idle = append(s.idle, one)
	}
	s.mu.Unlock()
	if !keep {
		one.quit()
	}
}

// verdictOf sorts an SMTP error. Errors of the connection are no reply.
func verdictOf(step string, err error) (out Outcome, reply bool) {
	var e *textproto.Error
	if !errors.As(err, &e) {
		return Outcome{Verdict: Later, Why: "the connection failed at " + step}, false
	}
	out = Outcome{Verdict: Later, Why: fmt.Sprintf("%s: %d %s", step, e.Code, plain(e.Msg))}
	if e.Code >= 500 {
		out.Verdict = Never
	}
	return out, true
}

// plain takes what servers like to repeat, addresses, out of their words.
func plain(msg string) string {
	words := strings.Fields(msg)
	for i, w := range words {
		if strings.Contains(w, "@") {
			words[i] = "<…>"
		}
	}
	msg = strings.Join(words, " ")
	if len(msg) > 200 {
		msg = strings.ToValidUTF8(msg[:200], "") + "…"
	}
	return msg
}
