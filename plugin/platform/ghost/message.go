package ghost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// maxRecipients is Mailgun's own limit.
const maxRecipients = 1000

var (
	errNobody    = errors.New("to parameter is missing")
	errAddress   = errors.New("to parameter is not a valid address: a recipient can't be read")
	errTooMany   = fmt.Errorf("too many recipients; max is %d", maxRecipients)
	errVariables = errors.New("recipient-variables must be one JSON object with an object for each recipient")
)

// message is a message as it came.
type message struct {
	parts []part
	// people are the recipients, once each, in the order of their addresses, so
	// that a repeat in another order is the same.
	people []person
	// variables are those of each recipient, by the address as it was written.
	variables map[string]map[string]json.RawMessage
	byAddress map[string]string // address in lower case to the one as written
	id        string            // "" when nothing tells repeats
	about     []byte            // what is known of the message, as JSON
}

// person is one recipient.
type person struct {
	email string // in lower case
	name  string
	field string // to, cc or bcc
	text  string // as it goes to Mailgun
}

// readMessage reads a call. It is done twice for each, on the way in and on the
// way out, since an adapter keeps nothing.
func (a *adapter) readMessage(c *platform.Call) (*message, error) {
	parts, err := readForm(c)
	if err != nil {
		return nil, err
	}
	m := &message{parts: parts}
	about := struct {
		ID        string            `json:"id,omitempty"`
		Subject   string            `json:"subject,omitempty"`
		From      string            `json:"from,omitempty"`
		Domain    string            `json:"domain"`
		Tags      []string          `json:"tags,omitempty"`
		Variables map[string]string `json:"variables,omitempty"`
	}{Domain: a.domain, Variables: map[string]string{}}
	for i := range parts {
		p := &parts[i]
		name, of, _ := strings.Cut(p.name, ":")
		if whom := aboutPeople(p.name); whom != "" {
			if p.name = whom; p.isFile {
				return nil, errForm // who reads a file as a field would see a recipient that is none here
			}
		}
		switch {
		case p.isFile: // attachments, and the MIME of messages.mime
		case p.name == "to" || p.name == "cc" || p.name == "bcc":
			err = m.addPeople(p)
		case p.name == "recipient-variables":
			err = m.readVariables(p.body)
		case p.name == "subject":
			about.Subject = string(p.body)
		case p.name == "from":
			about.From = string(p.body)
		case p.name == "o:tag":
			about.Tags = append(about.Tags, string(p.body))
		case name == "v" && of != "":
			about.Variables[of] = string(p.body)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := m.sortPeople(); err != nil {
		return nil, err
	}
	if m.id = c.Get("Idempotency-Key"); m.id == "" {
		m.id = about.Variables[a.messageID]
	}
	about.ID = m.id
	m.about, err = json.Marshal(about)
	return m, err
}

// aboutPeople is the name of a field that says whom a message goes to, however a
// reader of forms may spell it: to, Bcc, to[], cc[0]. "" for all others.
func aboutPeople(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "[")
	switch name {
	case "to", "cc", "bcc", "recipient-variables":
		return name
	}
	return ""
}

// addPeople reads a list of addresses.
func (m *message) addPeople(p *part) error {
	text := strings.TrimSpace(string(p.body))
	if list, err := mail.ParseAddressList(text); err == nil {
		for _, a := range list {
			if strings.ContainsAny(a.Address, "<> \"\\,;") {
				return errAddress
			}
			m.people = append(m.people, person{email: strings.ToLower(a.Address), name: a.Name, field: p.name, text: asWritten(a, text, len(list))})
		}
	} else if local, domain, ok := strings.Cut(text, "@"); ok && local != "" && domain != "" && !strings.ContainsAny(text, " ,;:<>()\"\\\t\r\n") && !strings.Contains(domain, "@") {
		// Addresses such as a..b@example.test exist, though no standard has them.
		m.people = append(m.people, person{email: strings.ToLower(text), field: p.name, text: text})
	} else {
		return errAddress
	}
	for i := range m.people {
		if !isLine(m.people[i].text) || strings.Contains(m.people[i].text, "\t") {
			return errAddress
		}
	}
	if len(m.people) > maxRecipients*2 {
		return errTooMany
	}
	return nil
}

// asWritten is a recipient as Mailgun gets them: as they were written, if that can
// be read in one way only. Another reader may find a second address in a comment
// or a quoted name.
func asWritten(a *mail.Address, text string, of int) string {
	switch {
	case strings.ContainsAny(a.Name, `,;:()<>@"\[]`), of == 1 && (strings.ContainsAny(text, `,;:()"\[]`) || strings.Count(text, "@") != 1):
		return a.Address
	case of == 1:
		return text
	}
	return a.String()
}

// sortPeople brings people into one order, each once.
func (m *message) sortPeople() error {
	slices.SortStableFunc(m.people, func(a, b person) int { return strings.Compare(a.email, b.email) })
	m.people = slices.CompactFunc(m.people, func(a, b person) bool { return a.email == b.email })
	switch {
	case !slices.ContainsFunc(m.people, func(p person) bool { return p.field == "to" }):
		return errNobody
	case len(m.people) > maxRecipients:
		return errTooMany
	}
	return nil
}

func (m *message) readVariables(text []byte) error {
	if m.variables != nil || json.Unmarshal(text, &m.variables) != nil || m.variables == nil {
		return errVariables
	}
	m.byAddress = make(map[string]string, len(m.variables))
	for address := range m.variables {
		m.byAddress[strings.ToLower(address)] = address
	}
	if len(m.byAddress) != len(m.variables) {
		return errVariables // two that differ in case only
	}
	return nil
}

// of are the variables of a person, nil when there are none.
func (m *message) of(p *person) map[string]json.RawMessage {
	return m.variables[m.byAddress[p.email]]
}

// document is what the mapping reads for a person.
func (m *message) document(p *person) ([]byte, error) {
	type recipient struct {
		Email string `json:"email"`
		Name  string `json:"name,omitempty"`
	}
	return json.Marshal(struct {
		Recipient recipient                  `json:"recipient"`
		Variables map[string]json.RawMessage `json:"variables"`
		Message   json.RawMessage            `json:"message"`
	}{recipient{p.email, p.name}, m.of(p), m.about})
}

// key is what repeats have in common, "" for what is never one.
func (a *adapter) key(m *message) string {
	if m.id == "" {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s", a.domain, m.id)
	for i := range m.people {
		fmt.Fprintf(h, "\x00%s", m.people[i].email)
	}
	return "batch " + hex.EncodeToString(h.Sum(nil))
}

// batch reports whether Mailgun makes a mail of its own for each recipient.
// Otherwise they all see each other, and variables would change that.
func (m *message) batch() bool { return m.variables != nil || len(m.people) == 1 }
