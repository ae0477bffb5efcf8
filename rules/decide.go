package rules

import (
	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Decide answers for one contact and message. It never fails. The decision
// shares the input's memory. It panics if the input was made for another
// bundle.
//
// The order is: legal gates, data gates, positive personas, negative personas
// (all of them, the strongest action wins), holdout, slots, and the legal gates
// once more.
func (b *Bundle) Decide(in *Input) *Decision {
	if in.bundle != b {
		panic("rules: Decide with an input of another bundle")
	}
	d := in.begin()
	class := classOf(in.text(b.at.class))
	if in.facts.Slots[b.at.class].State != facts.Known {
		d.reason(Reason{Code: ClassUnknown})
	}
	c := deciding{b: b, in: in, f: &in.frame, d: d, class: class}
	legal := c.legalGates()
	if legal == open && c.gates(b.data) != closed && !c.plain {
		in.profiled = true
		c.personas(b.positives, &b.watched.positives)
		c.personas(b.negatives, &b.watched.negatives)
		c.conclude()
		c.slots()
	} else {
		b.defaults(d)
	}
	c.moduleReasons()
	if legal == closed { // whatever ran since: nothing undoes a legal gate
		d.Send, d.Action = false, Gate
	}
	return d
}

// begin readies the input's decision and frame.
func (in *Input) begin() *Decision {
	b, d := in.bundle, &in.decision
	now := in.Now.UnixNano()
	in.resetModules()
	in.prepare(now)
	in.frame.Reset(b.set, &in.facts, now, in.State)
	if in.lost != nil {
		in.doubt()
	}
	in.names, in.profiled = in.names[:0], false
	d.reset()
	d.ID, d.Bundle, d.Send, d.Action, d.now = in.ID, b.digest, true, Send, now
	return d
}

// Default is the answer when deciding does not come to an end: every slot's
// default variant, marked as degraded. send says whether the message goes out;
// a gate that blocks keeps it back all the same.
func (b *Bundle) Default(in *Input, send bool, code Code) *Decision {
	d := in.begin()
	d.Degraded = true
	d.reason(Reason{Code: code})
	if d.Send = send; !send {
		d.Action = Hold
	}
	c := deciding{b: b, in: in, f: &in.frame, d: d, class: classOf(in.text(b.at.class))}
	if c.legalGates() == closed || c.gates(b.data) == closed {
		d.Send, d.Action = false, Gate
	}
	b.defaults(d)
	return d
}

func (b *Bundle) defaults(d *Decision) {
	for _, s := range b.slots {
		d.Variants = append(d.Variants, s.variants[s.fallback])
	}
}

// deciding is one run of Decide.
type deciding struct {
	b       *Bundle
	in      *Input
	f       *cond.Frame
	d       *Decision
	class   classSet
	plain   bool // a gate asks for default variants without profiling
	best    *persona
	pins    []pin
	heldOut bool
}

type gateState uint8

const (
	open gateState = iota
	closed
)

// legalGates are the legal suppression list, which no rule can read or undo, and
// behind it the bundle's own gates. Of a contact on the list nothing more is
// asked: not to be profiled is part of what they may have demanded.
func (c *deciding) legalGates() gateState {
	if c.in.facts.Barred != "" && c.class&(marketing|research) != 0 {
		c.d.reason(Reason{Code: LegalSuppressed, Detail: c.in.facts.Barred})
		c.d.Send, c.d.Action = false, Gate
		return closed
	}
	return c.gates(c.b.legal)
}

// gates evaluates all gates of a kind and reports each that is not plainly open.
func (c *deciding) gates(gs []*gate) gateState {
	out := open
	for _, g := range gs {
		if g.classes&c.class == 0 || g.when != nil && g.when.Eval(c.f) == cond.False {
			continue
		}
		if c.gate(g) == open {
			continue
		}
		switch g.otherwise {
		case "default":
			c.plain = true
		case "ask":
			c.askMissing(g.fields)
		default:
			if out == open {
				c.d.By = g.id
			}
			out, c.d.Send, c.d.Action = closed, false, Gate
		}
	}
	return out
}

// gate evaluates one gate and notes why it is not open.
func (c *deciding) gate(g *gate) gateState {
	if g.require == nil {
		missing := c.missingOf(g.fields)
		if missing == nil {
			return open
		}
		if g.closes&c.class == 0 && g.otherwise == "block" {
			c.d.reason(Reason{Code: GateUnknownOpen, Rule: g.id, Fields: missing})
			return open
		}
		c.d.reason(Reason{Code: FieldMissing, Rule: g.id, Fields: missing, Detail: g.reason})
		return closed
	}
	r := g.require.Eval(c.f)
	stays := gateState(0)
	if g.closes&c.class != 0 {
		stays = closed
	}
	switch r {
	case cond.True:
		return open
	case cond.False:
		c.d.reason(Reason{Code: GateClosed, Rule: g.id, Detail: g.reason})
		return closed
	case cond.Unknown:
		code := GateUnknownOpen
		if stays == closed {
			code = GateUnknown
		}
		c.d.reason(Reason{Code: code, Rule: g.id, Fields: c.missing(g.require)})
	default:
		code := GateErrorOpen
		if stays == closed {
			code = GateError
		}
		c.d.reason(Reason{Code: code, Rule: g.id, Detail: c.fault(g.require)})
	}
	return stays
}

func (c *deciding) fault(q *cond.Cond) string {
	if causes := c.b.set.Faults(q, c.f); len(causes) > 0 {
		return causes[0]
	}
	return ""
}

// inShare reports whether the contact is among the first so many buckets of a
// salt. known is false when there is no contact.id to go by.
func (c *deciding) inShare(salt string, buckets int) (in, known bool) {
	if buckets <= 0 {
		return false, true
	}
	if buckets >= bucket.Count {
		return true, true
	}
	c.in.met(c.b.at.contact)
	s := &c.in.facts.Slots[c.b.at.contact]
	if s.State != facts.Known {
		return false, false
	}
	return bucket.Of(salt, s.Str) < buckets, true
}
