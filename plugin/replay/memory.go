package replay

import (
	"context"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
	"github.com/winnow-gate/winnow/rules/cond"
)

// memory is what was remembered of a contact when a record was made: what the
// log held of them before it.
type memory struct {
	sent  []store.Sent
	held  []string
	class string
	known bool
}

// Sent implements cond.State, as the gate does.
func (m *memory) Sent(since int64, tag string) (count int64, ok bool) {
	for i := range m.sent {
		s := &m.sent[i]
		if s.Class == m.class && s.At*int64(time.Millisecond) >= since && (tag == "" || slices.Contains(s.Tags, tag)) {
			count++
		}
	}
	return count, m.known
}

// Held implements cond.State.
func (m *memory) Held(persona string) bool { return slices.Contains(m.held, persona) }

// remember gives what the bundle needs to know of a record's contact. Nothing is
// known of contacts without a name.
func (p *Player) remember(ctx context.Context, b *rules.Bundle, r *store.Record, class string) (cond.State, error) {
	if len(r.Contact) == 0 || !b.NeedsSent() && !b.NeedsHeld() {
		return nil, nil
	}
	m := &memory{class: class, known: b.NeedsSent()}
	if p.pasts != nil {
		if x, ok := p.pasts.of(r.Contact); ok {
			m.sent, m.held = x.before(r.At), x.held
			return m, nil
		}
	}
	if b.NeedsSent() {
		sent, err := p.log.Sent(ctx, r.Contact, 0)
		if err != nil {
			return nil, err
		}
		m.sent = slices.DeleteFunc(sent, func(s store.Sent) bool { return s.At >= r.At })
	}
	if b.NeedsHeld() {
		held, err := p.heldBefore(ctx, r)
		if err != nil {
			return nil, err
		}
		m.held = held
	}
	return m, nil
}

// heldBefore are the personas of the contact's last decision before a record that
// got as far as asking for any.
func (p *Player) heldBefore(ctx context.Context, r *store.Record) ([]string, error) {
	before := r.ID
	for limit := 1; ; limit = 32 {
		list, err := p.log.ByContact(ctx, r.Contact, before, limit)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		for i := range list {
			before = list[i].ID
			if personas, ok := activeIn(&list[i]); ok {
				return personas, nil
			}
		}
	}
}

// activeIn are the personas that hold a contact after a record; ok is false when
// the decision did not get as far as asking.
func activeIn(r *store.Record) (personas []string, ok bool) {
	a, err := census.ReadAnswer("", r.Answer)
	if err != nil || r.Degraded || len(a.Personas) == 0 && slices.ContainsFunc(a.Reasons, closes) {
		return nil, false
	}
	return a.Personas, true
}

// closes reports whether a reason is of a gate that is not open.
func closes(x rules.Reason) bool {
	switch x.Code {
	case rules.LegalSuppressed, rules.GateClosed, rules.GateUnknown, rules.GateError, rules.FieldMissing:
		return true
	}
	return false
}
