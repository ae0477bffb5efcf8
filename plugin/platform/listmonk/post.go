package listmonk

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/relay"
)

// post is what listmonk posts, as far as it makes the letter.
type post struct {
	Subject     string      `json:"subject"`
	FromEmail   string      `json:"from_email"`
	ContentType string      `json:"content_type"`
	Body        string      `json:"body"`
	Recipients  []recipient `json:"recipients"`
	Campaign    *campaign   `json:"campaign"`
	Attachments attachments `json:"attachments"`

	kind  relay.Kind
	class string
	raw   []byte // as posted
	doc   []byte // with what is known of the message under "winnow"
}

type recipient struct {
	UUID  string `json:"uuid"`
	Email string `json:"email"`
}

type campaign struct {
	FromEmail string          `json:"from_email"`
	UUID      string          `json:"uuid"`
	Headers   json.RawMessage `json:"headers"`
}

// attachments are a list; none at all is null, or whatever text stands for it.
type attachments []attachment

// UnmarshalJSON implements json.Unmarshaler.
func (a *attachments) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' || string(raw) == "null" {
		return nil
	}
	return json.Unmarshal(raw, (*[]attachment)(a))
}

type attachment struct {
	Name    string              `json:"name"`
	Header  map[string][]string `json:"header"`
	Content []byte              `json:"content"`
}

var (
	errShape     = errors.New("this is not what a messenger of listmonk posts: see winnow connect listmonk")
	errRecipient = errors.New("the message must have one recipient, with an address")
	errClass     = errors.New("?class must be transactional, service, legal, research or marketing")
)

// read reads a call. It is done twice for each, on the way in and on the way
// out, since a call's adapter keeps nothing.
func read(c *platform.Call) (*post, error) {
	doc, err := c.Document()
	if err != nil {
		return nil, err
	}
	p := &post{}
	if err := json.Unmarshal(doc, p); err != nil {
		return nil, errShape // json's own words may hold values
	}
	if err := onlyOnce(doc); err != nil {
		return nil, err
	}
	if len(p.Recipients) != 1 {
		return nil, errRecipient
	}
	if _, err := mail.ParseAddress(p.Recipients[0].Email); err != nil || strings.ContainsAny(p.Recipients[0].Email, "<> \r\n\x00\ufffd") {
		return nil, errRecipient
	}
	if err := p.sort(c); err != nil {
		return nil, err
	}
	p.raw, p.doc = doc, p.annotated(doc)
	return p, nil
}

// sort finds out what kind of message it is.
func (p *post) sort(c *platform.Call) error {
	p.kind, p.class = relay.Campaign, "marketing"
	if p.Campaign == nil || p.Campaign.UUID == "" {
		p.kind, p.class = relay.Transactional, "transactional"
	}
	if class := c.Param("class"); class != "" {
		if p.class = class; !slices.Contains([]string{"marketing", "transactional", "service", "legal", "research"}, class) {
			return errClass
		}
	}
	if c.Param("test") == "1" {
		p.kind = relay.Test
	}
	return nil
}

// annotated is the document with what the adapter knows: the class, and a name
// for contacts who have none, as recipients of transactional messages may.
func (p *post) annotated(doc []byte) []byte {
	who := p.Recipients[0].UUID
	if who == "" {
		who = strings.ToLower(p.Recipients[0].Email)
	}
	out := payload.Quote(append(make([]byte, 0, len(doc)+128), `{"winnow":{"class":`...), p.class)
	out = append(payload.Quote(append(out, `,"contact":`...), who), '}')
	rest := bytes.TrimLeft(bytes.TrimLeft(doc, " \t\r\n")[1:], " \t\r\n")
	if len(rest) > 0 && rest[0] != '}' {
		out = append(out, ',')
	}
	return append(out, rest...)
}

// key is what repeats have in common, "" for what is never one.
func (a *adapter) key(p *post) string {
	who := p.Recipients[0]
	if p.kind != relay.Campaign || who.UUID == "" || a.isTester(who.Email) {
		return ""
	}
	return p.Campaign.UUID + " " + who.UUID
}

func (a *adapter) isTester(email string) bool {
	email = strings.ToLower(email)
	return slices.ContainsFunc(a.tests, func(t string) bool {
		t = strings.ToLower(t)
		return email == t || strings.HasPrefix(t, "@") && strings.HasSuffix(email, t)
	})
}

// letter makes a letter of a post.
func (a *adapter) letter(p *post, answer []byte) (*relay.Letter, error) {
	facts, err := a.setup.Mapping.Append(nil, p.doc)
	if err != nil {
		return nil, err
	}
	l := &relay.Letter{
		Source: a.setup.Name, Kind: p.kind, Key: a.key(p), Facts: facts, Answer: answer,
		Hold: a.setup.Posture.For(p.class) == platform.HoldBack,
		From: p.FromEmail, To: p.Recipients[0].Email, Subject: p.Subject, Body: p.Body,
		HTML: p.ContentType != "plain",
	}
	if p.Campaign != nil {
		if l.From == "" {
			l.From = p.Campaign.FromEmail
		}
		l.Headers = a.headers(p)
	}
	if a.to.PassesOn(a.setup.Name) {
		l.Origin = p.raw
	}
	l.Attachments = p.files()
	return l, nil
}

// files are the attachments.
func (p *post) files() (out []relay.Attachment) {
	for _, f := range p.Attachments {
		a := relay.Attachment{Name: f.Name, Content: f.Content}
		if kind := f.Header["Content-Type"]; len(kind) > 0 {
			a.Type, _, _ = strings.Cut(kind[0], ";")
		}
		out = append(out, a)
	}
	return out
}

// headers are those that the messenger lost, and the campaign's own. Those of
// its own that listmonk has not filled in are left out.
func (a *adapter) headers(p *post) []relay.Header {
	out := []relay.Header{
		{Name: "X-Listmonk-Campaign", Value: p.Campaign.UUID},
		{Name: "X-Listmonk-Subscriber", Value: p.Recipients[0].UUID},
	}
	if link := a.unsubscribe(p); link != "" {
		out = append(out, relay.Header{Name: "List-Unsubscribe", Value: "<" + link + ">"})
		if strings.HasPrefix(link, "https://") { // RFC 8058 has one-click over TLS only
			out = append(out, relay.Header{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"})
		}
	}
	var own []map[string]string
	if json.Unmarshal(p.Campaign.Headers, &own) != nil {
		return out
	}
	for _, h := range own {
		for name, value := range h {
			if !strings.Contains(value, "{{") && !hasHeader(out, name) {
				out = append(out, relay.Header{Name: name, Value: value})
			}
		}
	}
	return out
}

func hasHeader(list []relay.Header, name string) bool {
	return slices.ContainsFunc(list, func(h relay.Header) bool { return strings.EqualFold(h.Name, name) })
}

// unsubscribe is the recipient's link for this campaign: made, or else the one
// in the message that has both their ids.
func (a *adapter) unsubscribe(p *post) string {
	path := "/subscription/" + p.Campaign.UUID + "/" + p.Recipients[0].UUID
	if p.Recipients[0].UUID == "" {
		return ""
	}
	if a.root != "" {
		return strings.TrimSuffix(a.root, "/") + path
	}
	end := strings.Index(p.Body, path)
	if end < 0 {
		return ""
	}
	start := max(strings.LastIndex(p.Body[:end], "https://"), strings.LastIndex(p.Body[:end], "http://"))
	if start < 0 {
		return ""
	}
	u, err := url.Parse(p.Body[start : end+len(path)])
	if err != nil || u.Host == "" || strings.ContainsAny(p.Body[start:end], " \"'<>()\r\n") {
		return ""
	}
	return u.String()
}
