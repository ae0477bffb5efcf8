package gate

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Events is what platforms told of contacts, as the gate asks it. Its parts are
// what package ledger documents under the same names.
type Events interface {
	Idle() bool
	Empty() bool
	Listed(keys ...ledger.Key) bool
	Barred(channel string, keys ...ledger.Key) ledger.Reason
	Follow(ctx context.Context, k ledger.Key) (to ledger.Key, ok bool, err error)
	About(ctx context.Context, v *ledger.View, now, created time.Time, keys ...ledger.Key) error
	Forget(ctx context.Context, id, email string) (int64, error)
}

var _ Events = (*ledger.Ledger)(nil)

// Names makes the keys that a ledger of events knows contacts by: those of the
// log, so that one file of hash keys serves both.
func Names(keys []HashKey) ledger.Namer {
	return func(id, email string) (byID, byEmail []ledger.Key) {
		for _, k := range keys {
			h := newHasher(k)
			if id != "" {
				byID = append(byID, ledger.Key(h.contact(ByID, id)))
			}
			if email = strings.TrimSpace(email); email != "" {
				byEmail = append(byEmail, ledger.Key(h.contact(ByEmail, email)))
			}
		}
		return byID, byEmail
	}
}

// heard is a field that events can fill in.
type heard struct {
	slot  int
	field ledger.Field
}

func heardBy(b *rules.Bundle) (list []heard) {
	for slot, f := range b.Layout().Fields() {
		if x, ok := ledger.FieldOf(f.Path); ok {
			list = append(list, heard{slot, x})
		}
	}
	return list
}

// unreadable is why somebody is barred of whom the ledger can't be asked.
const unreadable = "the list can't be read"

// hear looks the contact up on the legal suppression list, and fills in what the
// body does not bring and events tell. What the body brings stands. A ledger that
// can't be read leaves fields unknown, and closes marketing to a contact whose
// address it alone may know.
func (g *Gate) hear(r *run, body []byte) {
	if g.opts.Events.Idle() {
		return
	}
	wants := r.wants()
	if !wants && g.opts.Events.Empty() {
		return
	}
	email := strings.TrimSpace(r.in.Email())
	r.names = r.names[:0]
	for _, h := range r.hashers {
		if email != "" {
			r.names = append(r.names, ledger.Key(h.contact(ByEmail, email)))
		}
		if id := r.in.ContactID(); id != "" {
			r.names = append(r.names, ledger.Key(h.contact(ByID, id)))
		}
	}
	if !g.opts.Events.Empty() {
		g.bar(r, body)
	}
	if wants {
		g.fillIn(r)
	}
}

// bar marks a contact who is on the list. A number is looked up by the address
// that it leads to, too: whoever said no with one address is not written to at
// another.
func (g *Gate) bar(r *run, body []byte) {
	for _, k := range r.names {
		to, ok, err := g.opts.Events.Follow(r.ctx, k)
		if err != nil {
			g.opts.Log.Error("the ledger of events can't be read", "error", err)
			r.in.Facts().Barred = unreadable
			return
		}
		if ok && !slices.Contains(r.names, to) {
			r.names = append(r.names, to)
		}
	}
	if g.opts.Events.Listed(r.names...) {
		if r.values != nil {
			body = r.values.Body()
		}
		r.in.Facts().Barred = string(g.opts.Events.Barred(channelOf(body), r.names...))
	}
}

// channelOf is the message's channel, which the bundle may not read.
func channelOf(body []byte) string {
	var b struct {
		Message struct {
			Channel json.RawMessage `json:"channel"`
		} `json:"message"`
	}
	channel := ""
	if json.Unmarshal(body, &b) != nil || len(b.Message.Channel) == 0 || json.Unmarshal(b.Message.Channel, &channel) != nil {
		return "" // any channel, then
	}
	return strings.ToLower(strings.TrimSpace(channel))
}

// wants reports whether the body leaves a field open that events can fill in.
func (r *run) wants() bool {
	slots := r.in.Facts().Slots
	for _, h := range r.s.heard {
		if slots[h.slot].State == facts.Absent {
			return true
		}
	}
	return false
}

func (g *Gate) fillIn(r *run) {
	f := r.in.Facts()
	var created time.Time
	if r.s.created >= 0 && f.Slots[r.s.created].State == facts.Known {
		created = time.Unix(0, f.Slots[r.s.created].Int)
	}
	if err := g.opts.Events.About(r.ctx, &r.view, r.now, created, r.names...); err != nil {
		g.opts.Log.Error("the ledger of events can't be read: what it would tell is unknown", "error", err)
		return
	}
	l := r.s.bundle.Layout()
	for _, h := range r.s.heard {
		if f.Slots[h.slot].State != facts.Absent {
			continue
		}
		switch v, ok := r.view.Value(h.field); v := v.(type) {
		case int64:
			set(f, h.slot, ok, func() { l.SetInt(f, h.slot, v) })
		case float64:
			set(f, h.slot, ok, func() { l.SetFloat(f, h.slot, v) })
		case string:
			set(f, h.slot, ok, func() { l.SetString(f, h.slot, v) })
		case time.Time:
			set(f, h.slot, ok, func() { l.SetTime(f, h.slot, v.UnixNano()) })
		}
	}
}

// set puts a value that is known into a slot and says where it comes from; one
// that the field can't hold stays unknown.
func set(f *facts.Facts, slot int, known bool, put func()) {
	if !known {
		return
	}
	put()
	s := &f.Slots[slot]
	if s.State != facts.Known {
		*s = facts.Slot{}
		return
	}
	s.Origin = facts.Heard
}

// forget removes what platforms told of a contact.
func (g *Gate) forget(ctx context.Context, by By, name string) error {
	id, email := name, ""
	if by == ByEmail {
		id, email = "", name
	}
	_, err := g.opts.Events.Forget(ctx, id, email)
	return err
}
