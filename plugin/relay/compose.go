package relay

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"
)

// envelope is what SMTP is told, and the message.
type envelope struct {
	from, to string
	data     []byte
}

// compose writes a mail as SMTP sends it. All tries of a mail give the same
// bytes. returnPath is the address that bounces go to, "" for the one in From;
// host follows the @ of the Message-ID, "" for the domain of From.
func compose(m *Mail, returnPath, host string) (*envelope, error) {
	from, ok := address(m.From)
	if !ok {
		return nil, fmt.Errorf("its From is no address: %q", m.From)
	}
	to, ok := address(m.To)
	if !ok {
		return nil, errors.New("its recipient is no address")
	}
	if host == "" {
		host = from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("w"+m.Name))
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.Name + "@" + host)
	for _, h := range m.Headers {
		if mayBeSet(h.Name) {
			msg.SetGenHeader(gomail.Header(h.Name), oneLine(h.Value))
		}
	}
	kind := gomail.TypeTextPlain
	if m.HTML {
		kind = gomail.TypeTextHTML
	}
	msg.SetBodyString(kind, m.Body)
	for _, a := range m.Attachments {
		var opts []gomail.FileOption
		if a.Type != "" {
			opts = append(opts, gomail.WithFileContentType(gomail.ContentType(oneLine(a.Type))))
		}
		if err := msg.AttachReader(oneLine(a.Name), bytes.NewReader(a.Content), opts...); err != nil {
			return nil, fmt.Errorf("an attachment can't be added: %w", err)
		}
	}
	e := &envelope{from: from.Address, to: to.Address}
	if returnPath != "" {
		e.from = returnPath
	}
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("it can't be written: %w", err)
	}
	e.data = out.Bytes()
	return e, fitsLines(e.data)
}

// fitsLines refuses what can't be broken into the lines of mail (RFC 5322
// §2.1.1). Bodies are encoded, so that it is a word of a header.
func fitsLines(data []byte) error {
	const most = 998
	for line := range bytes.Lines(data) {
		if n := len(bytes.TrimRight(line, "\r\n")); n > most {
			return fmt.Errorf("a line of its header has %d bytes, and mail takes %d", n, most)
		}
	}
	return nil
}

// address reads one. Its domain is in ASCII then, which every server takes; what
// is before the @ has no other form, and needs a server with SMTPUTF8 if it is
// international.
func address(text string) (*mail.Address, bool) {
	a, err := mail.ParseAddress(text)
	if err != nil || !fitsEnvelope(a.Address) {
		return nil, false
	}
	at := strings.LastIndexByte(a.Address, '@') + 1
	if local, domain := a.Address[:at], a.Address[at:]; !ascii(domain) {
		if domain, err = idna.Lookup.ToASCII(domain); err != nil {
			return nil, false
		}
		a.Address = local + domain
	}
	return a, true
}

// fitsEnvelope refuses addresses that would end early in MAIL or RCPT, and be
// followed by something else. A quoted local part, which nobody has, may hold
// such characters.
func fitsEnvelope(address string) bool {
	return !strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c == 0x7f || strings.ContainsRune(`<>"\`, c) })
}

func oneLine(s string) string {
	return strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(s)
}

// mayBeSet refuses headers that are made here, that say how the body is built,
// or that speak for a server on the way.
func mayBeSet(name string) bool {
	if name == "" || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' || c == ':' }) {
		return false
	}
	name = textproto.CanonicalMIMEHeaderKey(name)
	if strings.HasPrefix(name, "Content-") || strings.HasPrefix(name, "Resent-") || strings.HasPrefix(name, "Arc-") {
		return false
	}
	return !slices.Contains([]string{
		"From", "To", "Cc", "Bcc", "Subject", "Date", "Message-Id", "Mime-Version", "Return-Path", "Received",
		"Dkim-Signature", "Authentication-Results", "Sender",
	}, name)
}
