package rules

import (
	"math"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// Change is a change of one field that flips whether the message is sent.
type Change struct {
	Field string `json:"field"`
	// From is the value as it is, To as it would have to be, both as JSON; From
	// is "" when the value is not known, and masked like any other.
	From string `json:"from"`
	To   string `json:"to"`
	// Send is the outcome with the change.
	Send bool `json:"send"`
}

// maxTrials bounds how many decisions the search for a change makes.
const maxTrials = 4000

// change searches for the smallest change of one field that flips the outcome,
// by deciding again: candidates are the constants that conditions compare the
// field with and, for numbers and times, ever larger steps, then halved.
func (b *Bundle) change(in *Input, d *Decision) *Change {
	s := &search{b: b, in: in, send: d.Send, slot: -1, scratch: b.NewInput(), cost: math.Inf(1)}
	defer s.scratch.Release()
	s.scratch.Now, s.scratch.State = in.Now, in.State
	for slot := range in.facts.Slots {
		if f := b.layout.Field(slot); !f.Protected && !b.computed(slot) && slot != b.at.class && slot != b.at.contact {
			s.field(slot, f)
		}
	}
	if s.slot < 0 {
		return nil
	}
	f := b.layout.Field(s.slot)
	c := &Change{Field: f.Path, From: b.seen(in, s.slot).Value, To: s.to, Send: !d.Send}
	if f.Sensitivity != field.Keep {
		c.To = Masked
	}
	return c
}

// computed reports whether a module computes the field: nobody can change it.
func (b *Bundle) computed(slot int) bool {
	for _, m := range b.modules {
		if slices.Contains(m.outputs, slot) {
			return true
		}
	}
	return false
}

type search struct {
	b       *Bundle
	in      *Input
	scratch *Input
	send    bool
	trials  int
	slot    int
	to      string
	cost    float64
}

// try decides with one slot set differently and keeps the cheapest flip.
func (s *search) try(slot int, cost float64, set func(l *facts.Layout, f *facts.Facts)) bool {
	if s.trials++; s.trials > maxTrials {
		return false
	}
	f := &s.scratch.facts
	f.CopyFrom(&s.in.facts)
	set(s.b.layout, f)
	if f.Slots[slot].State != facts.Known {
		return false
	}
	to := s.b.layout.AppendValue(nil, f, slot) // before deciding marks what is stale
	if s.b.Decide(s.scratch).Send == s.send {
		return false
	}
	if s.in.facts.Slots[slot].State != facts.Known {
		cost++ // a change of a known value is easier to understand
	}
	if cost < s.cost {
		s.slot, s.to, s.cost = slot, string(to), cost
	}
	return true
}

// field tries changes of one field.
func (s *search) field(slot int, f *field.Field) {
	now := s.in.facts.Slots[slot]
	known := now.State == facts.Known
	switch f.Type.Kind {
	case field.Bool:
		want := !known || now.Int == 0
		s.try(slot, 1, func(l *facts.Layout, x *facts.Facts) { l.SetBool(x, slot, want) })
		if !known {
			s.try(slot, 1, func(l *facts.Layout, x *facts.Facts) { l.SetBool(x, slot, false) })
		}
	case field.String, field.ID:
		s.texts(slot, f)
	case field.Int, field.Float, field.Time:
		s.numbers(slot, f, known)
	case field.List:
		if f.Type.Elem == field.String {
			s.try(slot, 2, func(l *facts.Layout, x *facts.Facts) { l.SetStrings(x, slot, nil) })
		}
	}
}

// texts tries the values that conditions and the enum name, and one that none does.
func (s *search) texts(slot int, f *field.Field) {
	candidates := append([]string(nil), f.Enum...)
	for _, c := range s.b.set.Comparisons() {
		if v, ok := c.Value.(string); ok && c.Slot == slot {
			candidates = append(candidates, v)
		}
	}
	if len(f.Enum) == 0 {
		candidates = append(candidates, "other")
	}
	for _, v := range candidates {
		s.try(slot, 1.5, func(l *facts.Layout, x *facts.Facts) { l.SetString(x, slot, v) })
	}
}

// numbers tries the constants and then steps away from the present value.
func (s *search) numbers(slot int, f *field.Field, known bool) {
	n := numeric{search: s, slot: slot, kind: f.Type.Kind, start: s.number(slot, f.Type.Kind)}
	for _, c := range s.b.set.Comparisons() {
		if c.Slot != slot {
			continue
		}
		x := n.constant(c)
		for _, near := range []float64{x - 1, x, x + 1} {
			n.try(near)
		}
	}
	if !known {
		return
	}
	for _, sign := range []float64{1, -1} {
		n.walk(sign)
	}
}

// numeric searches along one number: days for times, else the value itself.
type numeric struct {
	*search
	slot  int
	kind  field.Kind
	start float64
}

const dayNS = float64(24 * time.Hour)

func (s *search) number(slot int, k field.Kind) float64 {
	v := s.in.facts.Slots[slot]
	switch {
	case v.State != facts.Known:
		return 0
	case k == field.Float:
		return math.Float64frombits(uint64(v.Int))
	case k == field.Time:
		return float64(v.Int-s.in.Now.UnixNano()) / dayNS
	default:
		return float64(v.Int)
	}
}

// constant is the number that a comparison compares the field with.
func (n *numeric) constant(c cond.Comparison) float64 {
	switch v := c.Value.(type) {
	case int64:
		if c.Days {
			return -float64(v)
		}
		if n.kind == field.Time {
			return float64(v-n.in.Now.UnixNano()) / dayNS
		}
		return float64(v)
	case float64:
		return v
	default:
		return n.start
	}
}

func (n *numeric) try(x float64) bool {
	cost := math.Abs(x-n.start) / (math.Abs(n.start) + 1)
	if n.kind == field.Time {
		cost = math.Abs(x-n.start) / 365
	}
	return n.search.try(n.slot, cost, func(l *facts.Layout, f *facts.Facts) {
		switch n.kind {
		case field.Int:
			l.SetInt(f, n.slot, int64(math.Round(x)))
		case field.Float:
			l.SetFloat(f, n.slot, math.Round(x*100)/100)
		default:
			l.SetTime(f, n.slot, n.in.Now.UnixNano()+int64(x*dayNS))
		}
	})
}

// walk doubles its step until the outcome flips, then halves back to the
// smallest step that does.
func (n *numeric) walk(sign float64) {
	lo, step := 0.0, 1.0
	for ; step <= 1<<20; step *= 2 {
		if n.try(n.start + sign*step) {
			break
		}
		lo = step
	}
	if step > 1<<20 {
		return
	}
	for hi := step; hi-lo > 1; {
		mid := math.Floor((lo + hi) / 2)
		if n.try(n.start + sign*mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
}
