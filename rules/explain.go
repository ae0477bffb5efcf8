package rules

import (
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// Explanation is why a decision came out as it did: every rule with every part
// of its condition, and what would have changed the outcome.
type Explanation struct {
	Decision *Decision `json:"decision"`
	Rules    []Ruling  `json:"rules"`
	// Change is the smallest change of one field that turns send into not sent
	// or the other way round; nil when no single change does.
	Change *Change `json:"change"`
}

// Ruling is one gate, persona or slot rule and how its conditions came out.
type Ruling struct {
	// Kind is gate, persona or slot_rule.
	Kind string `json:"kind"`
	ID   string `json:"id"`
	// Name is a persona's name for people; Slot the slot of a slot rule.
	Name string `json:"name,omitempty"`
	Slot string `json:"slot,omitempty"`
	// Reason is a persona's neutral sentence for the contact.
	Reason string `json:"reason,omitempty"`
	// Negative is set for negative personas; Action is what they do.
	Negative bool   `json:"negative,omitempty"`
	Action   Action `json:"action,omitempty"`
	// Value is true, false, unknown or error.
	Value string `json:"value"`
	// Missing are the fields that left the value unknown, and Sends when nobody knows
	// what was sent before.
	Missing []string `json:"missing,omitempty"`
	// Conditions are its conditions by the key they stand under.
	Conditions []NamedCondition `json:"conditions"`
}

// NamedCondition is a condition under its key: when, unless, require …
type NamedCondition struct {
	Key string `json:"key"`
	Clause
}

// Clause is a part of a condition: and, or and not with their parts, or a leaf
// with the fields it saw.
type Clause struct {
	Op     string   `json:"op,omitempty"`
	Text   string   `json:"text"`
	Value  string   `json:"value"`
	Fields []Seen   `json:"fields,omitempty"`
	Fault  string   `json:"fault,omitempty"`
	Parts  []Clause `json:"parts,omitempty"`
}

// Seen is a field as a condition saw it. Value is JSON, "" unless the state is
// known; values that the log may not keep are masked.
type Seen struct {
	Path  string `json:"path"`
	State string `json:"state"`
	Value string `json:"value,omitempty"`
	// Table is the table of the bundle that gave the value, when one did.
	Table string `json:"table,omitempty"`
	// Heard says that the value comes from events of platforms.
	Heard bool `json:"heard,omitempty"`
}

// Sends stands in Ruling.Missing, and as a Seen that is absent, for the earlier
// sends that sent() counts.
const Sends = "sent()"

// Masked stands for a value that may not be shown.
const Masked = "•••"

// Explain decides and says why, from the same predicates. It takes its time.
// The explanation shares no memory with the input.
func (b *Bundle) Explain(in *Input) *Explanation {
	e := &Explanation{Decision: b.Decide(in).Clone()}
	for _, g := range append(append([]*gate(nil), b.legal...), b.data...) {
		e.Rules = append(e.Rules, b.explainGate(in, g))
	}
	for _, p := range append(append([]*persona(nil), b.positives...), b.negatives...) {
		e.Rules = append(e.Rules, b.explainPersona(in, p))
	}
	for _, s := range b.slots {
		for _, r := range s.rules {
			x := b.ruling(in, "slot_rule", r.id, r.when, conditionAt{"when", r.when})
			x.Slot = s.id
			e.Rules = append(e.Rules, x)
		}
	}
	e.Change = b.change(in, e.Decision)
	return e
}

type conditionAt struct {
	key string
	q   *cond.Cond
}

func (b *Bundle) ruling(in *Input, kind, id string, deciding *cond.Cond, parts ...conditionAt) Ruling {
	f := &in.frame
	v := deciding.Eval(f)
	r := Ruling{Kind: kind, ID: id, Value: v.String()}
	if v == cond.Unknown {
		for _, s := range b.set.Missing(deciding, f) {
			r.Missing = append(r.Missing, b.paths[s])
		}
		if b.set.MissingSends(deciding, f) {
			r.Missing = append(r.Missing, Sends)
		}
	}
	for _, p := range parts {
		if p.q != nil {
			r.Conditions = append(r.Conditions, NamedCondition{p.key, b.clause(in, p.q.Explain(f))})
		}
	}
	return r
}

func (b *Bundle) explainGate(in *Input, g *gate) Ruling {
	if g.require != nil {
		return b.ruling(in, "gate", g.id, g.require, conditionAt{"require", g.require}, conditionAt{"when", g.when})
	}
	r := Ruling{Kind: "gate", ID: g.id, Value: cond.True.String()}
	for _, s := range g.fields {
		seen := b.seen(in, s)
		if seen.State != facts.Known.String() {
			r.Value = cond.Unknown.String()
			r.Missing = append(r.Missing, seen.Path)
		}
		r.Conditions = append(r.Conditions, NamedCondition{"fields", Clause{
			Text: "known(" + seen.Path + ")", Value: cond.Of(seen.State == facts.Known.String()).String(), Fields: []Seen{seen},
		}})
	}
	return r
}

func (b *Bundle) explainPersona(in *Input, p *persona) Ruling {
	r := b.ruling(in, "persona", p.id, p.match, conditionAt{"when", p.when}, conditionAt{"unless", p.unless})
	r.Name, r.Negative, r.Action = p.card.Name.Value, p.negative, p.action
	if p.card.Reason != nil {
		r.Reason = p.card.Reason.Value
	}
	return r
}

func (b *Bundle) clause(in *Input, p cond.Part) Clause {
	c := Clause{Op: p.Op, Text: p.Text, Value: p.Value.String(), Fault: p.Fault}
	for _, s := range p.Slots {
		c.Fields = append(c.Fields, b.seen(in, s))
	}
	if p.Sends {
		c.Fields = append(c.Fields, Seen{Path: Sends, State: facts.Absent.String()})
	}
	for _, kid := range p.Parts {
		c.Parts = append(c.Parts, b.clause(in, kid))
	}
	return c
}

// seen shows one field as far as its sensitivity allows.
func (b *Bundle) seen(in *Input, slot int) Seen {
	s := &in.facts.Slots[slot]
	out := Seen{Path: b.paths[slot], State: s.State.String(), Table: b.tableOf(&in.facts, slot), Heard: s.Origin == facts.Heard}
	if s.State != facts.Known {
		return out
	}
	out.Value = Masked
	if f := b.layout.Field(slot); f.Sensitivity == field.Keep {
		out.Value = string(b.layout.AppendValue(nil, &in.facts, slot))
	}
	return out
}
