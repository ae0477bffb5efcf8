package rules

import (
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Passage is whether a contact may move to a stage of a pipeline, and what is
// missing. It is about no message: only the gates that guard the stage are
// asked.
type Passage struct {
	Stage   string `json:"stage"`
	Allowed bool   `json:"allowed"`
	// Missing are the paths of the fields without a value that closed gates ask
	// for, each once, in the order of the gates.
	Missing []string    `json:"missing"`
	Gates   []StageGate `json:"gates"`
	Bundle  string      `json:"bundle"`
}

// StageGate is how one gate of a stage came out.
type StageGate struct {
	ID   string `json:"id"`
	Open bool   `json:"open"`
	// Code is the reason code, "" when the gate is plainly open.
	Code    Code     `json:"code"`
	Missing []string `json:"missing"`
	// Reason is the gate's neutral sentence, or what went wrong with it.
	Reason string `json:"reason"`
}

// Stages lists the stages that gates guard, in the order of the files.
func (b *Bundle) Stages() []string {
	var out []string
	for _, g := range b.passing {
		for _, s := range g.stages {
			if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// Pass reports whether the contact may move to a stage. Names of stages are
// compared without regard to case; ok is false when no gate guards such a
// stage. The passage shares no memory with the input.
func (b *Bundle) Pass(in *Input, stage string) (p *Passage, ok bool) {
	if in.bundle != b {
		panic("rules: Pass with an input of another bundle")
	}
	p = &Passage{Allowed: true, Missing: []string{}, Gates: []StageGate{}, Bundle: b.digest}
	c := deciding{b: b, in: in, f: &in.frame, d: in.begin(), class: allClasses}
	for _, g := range b.passing {
		i := slices.IndexFunc(g.stages, func(s string) bool { return strings.EqualFold(s, stage) })
		if i < 0 {
			continue
		}
		if !ok {
			p.Stage, ok = g.stages[i], true
		}
		if g.when != nil && g.when.Eval(c.f) == cond.False {
			continue
		}
		out := c.stageGate(g)
		p.Gates = append(p.Gates, out)
		if p.Allowed = p.Allowed && out.Open; !out.Open {
			for _, path := range out.Missing {
				p.Missing = addNew(p.Missing, path)
			}
		}
	}
	return p, ok
}

// stageGate evaluates one gate and says what it lacks.
func (c *deciding) stageGate(g *gate) StageGate {
	before := len(c.d.Reasons)
	out := StageGate{ID: g.id, Open: c.gate(g) == open, Missing: []string{}}
	for _, r := range c.d.Reasons[before:] {
		out.Code, out.Reason = r.Code, r.Detail
		out.Missing = append(out.Missing, r.Fields...)
		if r.Code == GateClosed { // known() is false, not unknown
			out.Missing = append(out.Missing, c.valueless(g.require)...)
		}
	}
	return out
}

// valueless are the fields that a condition asks about and that have no value.
func (c *deciding) valueless(q *cond.Cond) []string {
	var out []string
	for _, s := range c.b.set.Slots(q) {
		if c.in.facts.Slots[s].State != facts.Known {
			out = append(out, c.b.paths[s])
		}
	}
	return out
}
