package ghost

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
)

var (
	variableName = regexp.MustCompile(`^winnow_[A-Za-z0-9_]+$`)
	variableMark = regexp.MustCompile(`%recipient\.(winnow_[A-Za-z0-9_]+)%`)
)

var (
	plainSegment = regexp.MustCompile(`^[A-Za-z0-9._~@+=:%!$&'()*,;-]+$`)
	errPlace     = errors.New("this is no address of Mailgun's that winnow stands in for: /v3/DOMAIN/messages with the source's domain")
)

// named are winnow's variables that the message has a place for.
func (m *message) named() (names []string) {
	seen := map[string]bool{}
	for i := range m.parts {
		p := &m.parts[i]
		if p.isFile && p.name != "message" {
			continue
		}
		for _, found := range variableMark.FindAllSubmatch(p.body, -1) {
			if name := string(found[1]); !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

var errShared = errors.New("the message has several recipients who see each other, and variables of winnow's: add recipient-variables, so that each gets a mail of their own")

// checkShared refuses variables that can't be filled.
func (m *message) checkShared() error {
	if !m.batch() && len(m.named()) > 0 {
		return errShared
	}
	return nil
}

// write writes the form for those who are sent to.
func (a *adapter) write(m *message, kept []int, answers []platform.Answer) (*form, error) {
	f := &form{boundary: a.opts.Random()}
	for i := range m.parts {
		switch p := &m.parts[i]; {
		case p.isFile:
			f.add(p)
		case p.name == "to", p.name == "cc", p.name == "bcc", p.name == "recipient-variables":
		default:
			f.add(p)
		}
	}
	variables, named := map[string]json.RawMessage{}, m.named()
	for _, i := range kept {
		p := &m.people[i]
		f.add(&part{name: p.field, body: []byte(p.text)})
		if !m.batch() {
			continue
		}
		address := p.email
		if own, ok := m.byAddress[p.email]; ok {
			address = own
		}
		var err error
		if variables[address], err = a.variablesOf(m, p, &answers[i], named); err != nil {
			return nil, err
		}
	}
	if m.batch() {
		text, err := json.Marshal(variables)
		if err != nil {
			return nil, err
		}
		f.add(&part{name: "recipient-variables", body: text})
	}
	f.end()
	return f, nil
}

// isMessage reports whether a place is one that messages are posted to.
func isMessage(name string) bool {
	return name == "messages" || name == "messages.mime"
}

// place is what a call is for: the path below the domain. It is the caller's own
// text, and only what is plainly below the domain gets through.
func (a *adapter) place(c *platform.Call) (string, error) {
	name, ok := strings.CutPrefix(c.Below, "v3/"+a.domain+"/")
	if !ok {
		return "", errPlace
	}
	for segment := range strings.SplitSeq(name, "/") {
		low := strings.ToLower(segment)
		if segment == "" || strings.Trim(segment, ".") == "" || strings.Contains(low, "%2f") || strings.Contains(low, "%5c") || strings.Contains(low, "%2e") || !plainSegment.MatchString(segment) {
			return "", errPlace
		}
	}
	return name, nil
}
