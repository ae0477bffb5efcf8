package rules

import (
	"slices"
	"time"
)

// Action is what becomes of the send.
type Action string

// The actions. All but Send, Ask and Pin keep the message back; Gate means that
// a gate is closed, and the other words are those of the personas' actions,
// strongest first.
const (
	Send     Action = "send"
	Gate     Action = "gate"
	Suppress Action = "suppress"
	Hold     Action = "hold"
	Reroute  Action = "reroute"
	Cap      Action = "cap"
	Ask      Action = "ask"
	Pin      Action = "pin"
)

// rank orders actions: the strongest of those that take effect wins.
func (a Action) rank() int {
	switch a {
	case Gate:
		return 7
	case Suppress:
		return 6
	case Hold:
		return 5
	case Reroute:
		return 4
	case Cap:
		return 3
	case Ask:
		return 2
	case Pin:
		return 1
	default:
		return 0
	}
}

// keepsBack reports whether the message is not sent under this action.
func (a Action) keepsBack() bool { return a.rank() >= Cap.rank() }

// Choice is the variant that one slot gets. As with a Reason, those of a decision
// are not to be changed.
type Choice struct {
	Slot    string
	Variant string
	// Content is the variant's content as JSON, "{}" when it has none.
	Content []byte

	named, filled string // see readyChoice
}

// Reason is one thing that a decision rests on. Those of a decision are not to be
// changed: what they say may have been written when the bundle was compiled.
type Reason struct {
	Code Code
	// Rule is the id of the gate, persona or slot rule, or "".
	Rule string
	// Slot is the slot that the reason is about, or "".
	Slot string
	// Fields are the paths of the fields whose values were missing, or nil.
	Fields []string
	// Detail says more for people, in English; it holds no field values.
	Detail string
	// Would is what a rule that only observes would have come to: the action of a
	// persona, or the variant of a slot rule; "" for other reasons.
	Would string

	text string // see ready
}

// Decision is the complete answer for one contact and message. It shares memory
// with its Input: it is valid until the input is released or decoded into
// again; Clone keeps it.
type Decision struct {
	ID        string
	Send      bool
	Action    Action
	Variants  []Choice // one a slot, in the bundle's order
	By        string   // id of the gate or persona that the action comes from, or ""
	Personas  []string // ids of those that match, in the bundle's order, positive ones first
	Reasons   []Reason
	HoldUntil time.Time // zero unless Action is Hold
	Route     []string  // channels, when Action is Reroute
	Ask       []string  // fields to ask the contact for
	ReviewBy  time.Time // review date of the persona that decided, zero when none
	Holdout   bool      // sent although a persona would have kept it back
	Degraded  bool      // the default answer, given because deciding did not come to an end
	Bundle    string    // digest of the bundle

	now int64
}

// Clone returns a copy that shares no memory with the input.
func (d *Decision) Clone() *Decision {
	c := *d
	c.Variants = append([]Choice(nil), d.Variants...)
	c.Personas = append([]string(nil), d.Personas...)
	c.Route = append([]string(nil), d.Route...)
	c.Ask = append([]string(nil), d.Ask...)
	c.Reasons = append([]Reason(nil), d.Reasons...)
	for i, r := range c.Reasons {
		c.Reasons[i].Fields = append([]string(nil), r.Fields...)
	}
	return &c
}

// Variant returns the variant of a slot, "" when there is no such slot.
func (d *Decision) Variant(slot string) string {
	for _, c := range d.Variants {
		if c.Slot == slot {
			return c.Variant
		}
	}
	return ""
}

// Outcome is the word that decisions are counted by: the action, or
// "degraded" or "holdout".
func (d *Decision) Outcome() string {
	switch {
	case d.Degraded:
		return "degraded"
	case d.Holdout:
		return "holdout"
	default:
		return string(d.Action)
	}
}

// reset empties the decision and keeps its memory. It sets field by field: a
// whole new Decision would be made and then copied.
func (d *Decision) reset() {
	d.By = ""
	d.Variants, d.Personas, d.Reasons = d.Variants[:0], d.Personas[:0], d.Reasons[:0]
	d.Route, d.Ask = d.Route[:0], d.Ask[:0]
	d.HoldUntil, d.ReviewBy = time.Time{}, time.Time{}
	d.Holdout, d.Degraded = false, false
}

func (d *Decision) reason(r Reason) { d.Reasons = append(d.Reasons, r) }

// note is reason without a copy on the way.
func (d *Decision) note(r *Reason) { d.Reasons = append(d.Reasons, *r) }

// askFor adds a field to ask for, once.
func (d *Decision) askFor(field string) { d.Ask = addNew(d.Ask, field) }

func addNew(s []string, v string) []string {
	if slices.Contains(s, v) {
		return s
	}
	return append(s, v)
}
