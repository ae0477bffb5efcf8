package replay

import (
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/winnow-gate/winnow/plugin/store"
)

// pasts remembers contacts while a log goes by from its beginning, so that not
// every record has to be looked up. Its memory is bounded: contacts that were not
// met for long are forgotten, and looked up in the log should they come again.
type pasts struct {
	byContact *lru.Cache[string, *past]
	forgot    bool                // somebody: not to be there does not mean that there was nothing
	tags      map[string][]string // lists of tags, once each
	held      bool                // personas are wanted too
}

// past is what one contact has gone through so far.
type past struct {
	sent []store.Sent // by the order of ids
	held []string
	full bool // there was more than is kept
}

// What is kept: this many contacts, about 150 bytes each, and this many sends of
// one.
const (
	manyContacts = 1 << 19
	manySends    = 512
)

func newPasts(contacts int, held bool) *pasts {
	p := &pasts{tags: map[string][]string{}, held: held}
	c, err := lru.NewWithEvict(contacts, func(string, *past) { p.forgot = true })
	if err != nil {
		panic("replay: " + err.Error()) // the size is ours
	}
	p.byContact = c
	return p
}

// of is the past of a contact; ok is false when it has to be looked up.
func (p *pasts) of(contact []byte) (x *past, ok bool) {
	x, ok = p.byContact.Get(string(contact))
	switch {
	case ok:
		return x, !x.full
	case p.forgot:
		return nil, false
	}
	return &past{}, true
}

// note adds a record that has gone by.
func (p *pasts) note(r *store.Record) {
	if len(r.Contact) == 0 || r.Degraded {
		return
	}
	x, ok := p.byContact.Get(string(r.Contact))
	if !ok {
		if p.forgot {
			return // what came before would be missing
		}
		x = &past{}
		p.byContact.Add(string(r.Contact), x)
	}
	if r.Send {
		if x.full = len(x.sent) >= manySends; !x.full {
			x.sent = append(x.sent, store.Sent{At: r.At, Class: r.Class, Tags: p.shared(r.Tags)})
		}
	}
	if p.held {
		if personas, ok := activeIn(r); ok {
			x.held = personas
		}
	}
}

// shared gives equal lists of tags one memory.
func (p *pasts) shared(tags []string) []string {
	if len(tags) == 0 {
		return nil
	}
	k := strings.Join(tags, "\x00")
	if p.tags[k] == nil {
		p.tags[k] = slices.Clone(tags)
	}
	return p.tags[k]
}

// before are the sends before a moment.
func (x *past) before(at int64) []store.Sent {
	n := len(x.sent)
	for n > 0 && x.sent[n-1].At >= at {
		n--
	}
	if slices.ContainsFunc(x.sent[:n], func(s store.Sent) bool { return s.At >= at }) { // ids and times disagree
		return slices.DeleteFunc(slices.Clone(x.sent), func(s store.Sent) bool { return s.At >= at })
	}
	return x.sent[:n]
}
