package ghost

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// What a reply says to people who look; Ghost does not.
const (
	sentHeader = "X-Winnow-Sent" // how many of the batch Mailgun has
	heldHeader = "X-Winnow-Held" // how many were dropped
)

// Decode implements platform.Adapter: one ask for each recipient. What is only
// passed through asks for nothing.
func (a *adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	name, err := a.place(c)
	if err != nil {
		return err
	}
	if !isMessage(name) {
		return a.mayPass(c, name)
	}
	if c.Method != "POST" {
		return platform.ErrMethod
	}
	m, err := a.readMessage(c)
	if err != nil {
		return err
	}
	if err := m.checkShared(); err != nil {
		return err
	}
	asks.Batch, asks.Key = true, a.key(m)
	for i := range m.people {
		doc, err := m.document(&m.people[i])
		if err == nil {
			err = asks.Map(a.setup.Mapping, doc)
		}
		if err != nil { // what one recipient's variables spoil, they spoil for that one
			asks.Items = append(asks.Items, platform.Ask{Err: err})
		}
	}
	return nil
}

// Encode implements platform.Adapter: it hands the message over and answers what
// Mailgun does. It never fails: a message that was handed over must not be
// answered otherwise.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	name, err := a.place(c)
	if err != nil {
		return err
	}
	if !isMessage(name) {
		a.pass(c, name, r)
		return nil
	}
	m, err := a.readMessage(c)
	if err != nil {
		return err
	}
	a.handOver(c, name, m, answers, r)
	return nil
}

// Trouble implements platform.Adapter. When only the decision is missing, the
// owner's choice is made for everybody. After a bug in here that is done only if
// the message has an id, by which the book knows whether it went out already.
func (a *adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	if name, err := a.place(c); err == nil && isMessage(name) && t.Wants != platform.Retry && (t.Kind == platform.Undecided || t.Kind == platform.Broken) {
		if m, err := a.readMessage(c); err == nil && (t.Kind == platform.Undecided || m.id != "") {
			a.handOver(c, name, m, slices.Repeat([]platform.Answer{t.Default()}, len(m.people)), r)
			return
		}
	}
	if errors.Is(t.Err, errPlace) {
		say(r, 404, errPlace.Error())
		return
	}
	t.Problem(r)
	withMessage(r)
}

// withMessage adds the detail of a problem under the name that clients of Mailgun
// read it by.
func withMessage(r *platform.Reply) {
	out := append([]byte(`{"message":`), payload.Get(r.Body, "detail")...)
	r.Body = append(append(out, ','), r.Body[1:]...)
}

// class is the message's class, as far as the message itself says.
func (m *message) class() string {
	return payload.Text(payload.Get(m.about, "variables", "winnow-class"))
}

// keeps reports whether a person is sent to. Without a decision on them alone, it is
// as the owner chose.
func (a *adapter) keeps(m *message, d *platform.Answer) bool {
	if d.Err != nil {
		return a.setup.Posture.For(m.class()) != platform.HoldBack
	}
	return d.Send()
}

// variablePrefix is what the names of winnow's variables begin with.
const variablePrefix = "winnow_"

// values are a decision's variables: winnow_SLOT is the variant, and
// winnow_SLOT_KEY a value of its content.
func values(d *platform.Answer) map[string]string {
	out := map[string]string{}
	if d.Err != nil {
		return out
	}
	read := d.Read()
	for _, v := range read.Variants {
		name := platform.FlatName(v.Slot)
		out[name] = v.Variant
		flatten(out, name, v.Content)
	}
	return out
}

// flatten adds the texts, numbers and truths of a content under their names.
func flatten(out map[string]string, name string, content []byte) {
	_ = payload.Each(content, func(key string, v []byte) { // the gate wrote it
		full := name + "_" + strings.Map(func(c rune) rune {
			if c < 0x80 && (c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
				return c
			}
			return '_'
		}, key)
		switch v[0] {
		case '{':
			flatten(out, full, v)
		case '[', 'n':
		default:
			out[full] = oneLine(full, payload.Text(v))
		}
	})
}

// oneLine keeps line breaks out of values, which may stand in a subject or
// another header. Values that are HTML keep theirs.
func oneLine(name, text string) string {
	if strings.HasSuffix(name, "_html") {
		return text
	}
	return strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(text)
}

// variablesOf is the JSON of a person's variables: their own and winnow's. A
// variable that the message names and nobody has would reach readers as it is
// written, so each gets a value.
func (a *adapter) variablesOf(m *message, p *person, d *platform.Answer, named []string) (json.RawMessage, error) {
	all := map[string]any{}
	for name, v := range m.of(p) {
		all[name] = v
	}
	chosen := values(d)
	for _, name := range named {
		if _, ok := chosen[name]; !ok {
			chosen[name] = a.otherwise[name]
		}
	}
	for name, v := range chosen {
		all[name] = v
	}
	return json.Marshal(all)
}

func held(r *platform.Reply, sent, dropped int) {
	r.Set(sentHeader, strconv.Itoa(sent))
	r.Set(heldHeader, strconv.Itoa(dropped))
}
