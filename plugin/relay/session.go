package relay

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// session is one connection to an SMTP server, past the greetings.
type session struct {
	conn    net.Conn
	client  *smtp.Client
	timeout time.Duration
	rested  time.Time
	sent    int
	fresh   bool // nothing was said since the login
	broken  bool
}

// open connects, encrypts and logs in.
func (s *SMTP) open(ctx context.Context) (_ *session, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	host, _, _ := net.SplitHostPort(s.opts.Addr)
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("no connection to %s: %w", s.opts.Addr, err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	one := &session{conn: conn, timeout: s.opts.Timeout, fresh: true}
	if err := s.greet(one, host); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return one, nil
}

func (s *SMTP) greet(one *session, host string) (err error) {
	config := &tls.Config{}
	if s.opts.TLS != nil {
		config = s.opts.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = host
	}
	if s.opts.Security == TLS {
		one.conn = tls.Client(one.conn, config)
	}
	if one.client, err = smtp.NewClient(one.conn, host); err != nil {
		return fmt.Errorf("%s did not greet: %w", s.opts.Addr, err)
	}
	own := s.opts.Host
	if own == "" {
		own = "localhost"
	}
	if err := one.client.Hello(own); err != nil {
		return fmt.Errorf("%s refused our greeting: %w", s.opts.Addr, err)
	}
	if s.opts.Security == StartTLS {
		if ok, _ := one.client.Extension("STARTTLS"); !ok {
			return fmt.Errorf("%s offers no STARTTLS: use tls, or none if it is on this machine", s.opts.Addr)
		}
		if err := one.client.StartTLS(config); err != nil {
			return fmt.Errorf("the connection to %s can't be encrypted: %w", s.opts.Addr, err)
		}
	}
	if s.opts.User == "" {
		return nil
	}
	auth, err := s.auth(one, host)
	if err == nil {
		err = one.client.Auth(auth)
	}
	if err != nil {
		return fmt.Errorf("%s did not let us log in: %w", s.opts.Addr, err)
	}
	return nil
}

// auth picks a way of logging in. Passwords never go over a connection that
// others can read, except on this machine.
func (s *SMTP) auth(one *session, host string) (smtp.Auth, error) {
	way := s.opts.Auth
	if way == "" {
		_, offered := one.client.Extension("AUTH")
		list := strings.Fields(strings.ToLower(offered))
		for _, w := range []string{"scram-sha-256", "plain", "login", "cram-md5"} {
			if slices.Contains(list, w) {
				way = w
				break
			}
		}
	}
	user, pass := s.opts.User, s.opts.Password
	switch way {
	case "scram-sha-256":
		return smtp.ScramSHA256Auth(user, pass), nil
	case "plain":
		return smtp.PlainAuth("", user, pass, host, false), nil
	case "login":
		return smtp.LoginAuth(user, pass, host, false), nil
	case "cram-md5":
		return smtp.CRAMMD5Auth(user, pass), nil
	case "xoauth2":
		return smtp.XOAuth2Auth(user, pass), nil
	}
	return nil, errors.New("it offers no way of logging in that winnow knows")
}

// send delivers one mail. stale means that the connection turned out to be
// closed before anything was said.
func (one *session) send(ctx context.Context, e *envelope, commit func() error) (out Outcome, stale bool) {
	defer context.AfterFunc(ctx, func() { _ = one.conn.SetDeadline(time.Unix(1, 0)) })()
	one.sent++
	if !one.fresh {
		one.step(ctx)
		if err := one.client.Reset(); err != nil {
			one.broken = true
			out, reply := verdictOf("RSET", err)
			return out, !reply || strings.Contains(out.Why, "421")
		}
	}
	one.fresh = false
	one.client.SkipSMTPUTF8(ascii(e.from) && ascii(e.to))
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"MAIL", func() error { return one.client.Mail("<" + e.from + ">") }},
		{"RCPT", func() error { return one.client.Rcpt("<" + e.to + ">") }},
	} {
		one.step(ctx)
		if err := step.do(); err != nil {
			return one.failed(step.name, err), false
		}
	}
	return one.data(ctx, e, commit), false
}

// data sends the message. Up to its last line, the dot, the server has nothing
// that it could deliver; from there on only its answer can tell. So everything
// but the dot is on its way before commit is called.
func (one *session) data(ctx context.Context, e *envelope, commit func() error) Outcome {
	one.step(ctx)
	w, err := one.client.Data()
	if err != nil {
		return one.failed("DATA", err)
	}
	one.broken = true // until it is complete: anything else said now would end it
	text := one.client.Text
	if _, err = w.Write(e.data); err == nil {
		err = text.W.Flush()
	}
	if err != nil {
		return one.failed("the message", err)
	}
	if err := commit(); err != nil {
		return Outcome{Verdict: Later, Err: err}
	}
	one.step(ctx)
	// The library's own Close does not say whether the dot could be written.
	if err := lastLine(w); err != nil {
		return one.failed("the end of the message", err)
	}
	if _, _, err := text.ReadResponse(250); err != nil {
		out, reply := verdictOf("the message", err)
		if !reply {
			return Outcome{Verdict: Doubt, Why: "the connection failed before the server said whether it has the message"}
		}
		one.broken = strings.HasPrefix(out.Why, "the message: 421")
		return out
	}
	one.broken = false
	return Outcome{Verdict: Done}
}

// lastLine writes the dot, without waiting for the answer. When it fails the dot
// has not been sent.
func lastLine(w io.WriteCloser) error {
	if d, ok := w.(*smtp.DataCloser); ok {
		return d.WriteCloser.Close()
	}
	return errors.New("the SMTP library has changed: its writer is not a DataCloser")
}

func (one *session) failed(step string, err error) Outcome {
	out, reply := verdictOf(step, err)
	if !reply || strings.HasPrefix(out.Why, step+": 421") {
		one.broken = true
	}
	return out
}

// step gives the next step its time.
func (one *session) step(ctx context.Context) {
	_ = one.conn.SetDeadline(time.Now().Add(one.timeout))
	if ctx.Err() != nil {
		_ = one.conn.SetDeadline(time.Unix(1, 0))
	}
}

// quit says goodbye.
func (one *session) quit() {
	_ = one.conn.SetDeadline(time.Now().Add(time.Second))
	_ = one.client.Quit()
	one.cut()
}

// cut closes the connection without a word.
func (one *session) cut() { _ = one.conn.Close() }

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > '~' })
}
