package ruletest

import (
	"fmt"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// memory is what a case says is remembered of its contact.
type memory struct {
	known bool // earlier sends are known
	sent  []sends
	held  []string
}

type sends struct {
	at    int64
	count int64
	tags  []string
}

var _ cond.State = (*memory)(nil)

// Sent counts earlier sends since a moment.
func (m *memory) Sent(since int64, tag string) (count int64, ok bool) {
	for _, s := range m.sent {
		if s.at >= since && (tag == "" || slices.Contains(s.tags, tag)) {
			count += s.count
		}
	}
	return count, m.known
}

// Held reports whether the last decision matched a persona.
func (m *memory) Held(persona string) bool { return slices.Contains(m.held, persona) }

func (r *reader) state(s *State, now time.Time) *memory {
	if s == nil {
		return nil
	}
	m := &memory{known: s.Sent != nil}
	for _, x := range s.Sent {
		one := sends{count: 1}
		t, ok := moment(x.When.Value, now)
		if !ok {
			r.fail(x.When.At, diag.BadMoment, fmt.Sprintf("at: %q is not a time", x.When.Value), "write -3d for three days before now, or a date")
		}
		one.at = t.UnixNano()
		if x.Count != nil {
			one.count = int64(x.Count.Value)
			if x.Count.Value < 0 || float64(one.count) != x.Count.Value {
				r.fail(x.Count.At, diag.BadNumber, "count must be a whole number, 0 or more", "as in {at: -2d, count: 2}")
			}
		}
		for _, tag := range x.Tags {
			one.tags = append(one.tags, tag.Value)
		}
		m.sent = append(m.sent, one)
	}
	for _, p := range s.Held {
		r.persona(p)
		m.held = append(m.held, p.Value)
	}
	return m
}

// moment reads a time relative to now or a date.
func moment(text string, now time.Time) (time.Time, bool) {
	if t, ok := relative(text, now); ok {
		return t, true
	}
	m, ok := format.ParseMoment(text)
	return m.Wall, ok
}

func (r *reader) persona(p format.Text) {
	if !slices.Contains(r.personas, p.Value) {
		r.fail(p.At, diag.UnknownPersona, fmt.Sprintf("there is no persona %q", p.Value), orHint(p.Value, r.personas, listed("personas", r.personas)))
	}
}
