package census

import (
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Gaps counts what is known of an audience, field by field, and which decisions
// went without an answer for want of it.
type Gaps struct {
	bundle *rules.Bundle
	n      int64
	unsure int64 // decisions for which some field was missing
	fields []fieldCount
	slots  map[string]int // by path
	other  int64          // unknown, and no field could help
	wanted []int          // fields missing in the decision at hand
}

type fieldCount struct {
	computed bool
	states   [facts.Known + 1]int64
	wanted   int64
	alone    int64
	blocked  int64
	rules    tally
}

// NewGaps counts for one bundle.
func NewGaps(b *rules.Bundle) *Gaps {
	g := &Gaps{bundle: b, fields: make([]fieldCount, b.Layout().Len()), slots: map[string]int{}}
	for i, f := range b.Layout().Fields() {
		g.slots[f.Path] = i
		g.fields[i].rules = tally{}
		for _, m := range b.Modules() {
			g.fields[i].computed = g.fields[i].computed || strings.HasPrefix(f.Path, m+".")
		}
	}
	return g
}

// Add counts one decision and the contact that it was about.
func (g *Gaps) Add(in *rules.Input, a *Answer) {
	g.n++
	for i := range g.fields {
		g.fields[i].states[in.Facts().Slots[i].State]++
	}
	g.wanted = g.wanted[:0]
	vague := false
	for i := range a.Reasons {
		x := &a.Reasons[i]
		vague = vague || isVague(x.Code)
		for _, path := range x.Fields {
			g.want(path, x, a)
		}
	}
	if len(g.wanted) > 0 {
		g.unsure++
	} else if vague {
		g.other++
	}
	if len(g.wanted) == 1 {
		g.fields[g.wanted[0]].alone++
	}
}

func isVague(c rules.Code) bool {
	switch c {
	case rules.GateUnknown, rules.GateUnknownOpen, rules.PersonaUnknown, rules.SlotUnknown, rules.SplitUnknown:
		return true
	}
	return false
}

// want notes that a rule of the decision at hand lacked a field.
func (g *Gaps) want(path string, x *rules.Reason, a *Answer) {
	i, ok := g.slots[path]
	if !ok {
		return
	}
	f := &g.fields[i]
	f.rules[x.Rule]++
	if slices.Contains(g.wanted, i) {
		return
	}
	g.wanted = append(g.wanted, i)
	f.wanted++
	if a.Action == "gate" && a.By == x.Rule {
		f.blocked++
	}
}

// Merge adds what another counter of the same bundle has counted.
func (g *Gaps) Merge(o *Gaps) {
	g.n, g.unsure, g.other = g.n+o.n, g.unsure+o.unsure, g.other+o.other
	for i := range o.fields {
		f, x := &g.fields[i], &o.fields[i]
		for s := range x.states {
			f.states[s] += x.states[s]
		}
		f.wanted, f.alone, f.blocked = f.wanted+x.wanted, f.alone+x.alone, f.blocked+x.blocked
		f.rules.merge(x.rules)
	}
}

// GapReport is what Gaps counted.
type GapReport struct {
	Bundle   string `json:"bundle"`
	Contacts int64  `json:"contacts"`
	// Unsure is how many decisions lacked some field; Other how many could not
	// be answered though no field was missing (earlier sends are not known).
	Unsure int64 `json:"unsure"`
	Other  int64 `json:"other"`
	// Fields are those that the bundle reads, the one to fill next first.
	Fields []FieldGap `json:"fields"`
	// Unmet are the tables in which none of the contacts was found.
	Unmet []UnmetTable `json:"unmet_tables,omitempty"`
}

// UnmetTable is a table whose keys and those of the contacts are, it seems, not
// written alike.
type UnmetTable struct {
	Table string `json:"table"`
	Key   string `json:"key"`
}

// FieldGap is how well one field is known, and how much it is missed.
type FieldGap struct {
	Path string `json:"path"`
	// Known is how many contacts have a value that may be used. Of the others it
	// was too old, null, of the wrong type, out of range, or not there.
	Known      int64 `json:"known"`
	Stale      int64 `json:"stale"`
	Null       int64 `json:"null"`
	WrongType  int64 `json:"wrong_type"`
	OutOfRange int64 `json:"out_of_range"`
	Absent     int64 `json:"absent"`
	// Wanted is how many decisions some rule went without an answer for want of
	// it; Alone how many lacked nothing else; Blocked how many it kept back.
	Wanted  int64 `json:"wanted"`
	Alone   int64 `json:"alone"`
	Blocked int64 `json:"blocked"`
	// Rules are those that wanted it.
	Rules []Outcome `json:"rules"`
	// Computed is set for what a module computes.
	Computed bool `json:"computed,omitempty"`
}

// Report ranks fields: those whose lack alone left most decisions open first.
func (g *Gaps) Report() *GapReport {
	out := &GapReport{Bundle: g.bundle.Digest(), Contacts: g.n, Unsure: g.unsure, Other: g.other, Fields: []FieldGap{}}
	for i, f := range g.bundle.Layout().Fields() {
		c := &g.fields[i]
		out.Fields = append(out.Fields, FieldGap{
			Path: f.Path, Known: c.states[facts.Known], Stale: c.states[facts.Stale], Null: c.states[facts.Null],
			WrongType: c.states[facts.WrongType], OutOfRange: c.states[facts.OutOfRange], Absent: c.states[facts.Absent],
			Wanted: c.wanted, Alone: c.alone, Blocked: c.blocked, Rules: c.rules.list(), Computed: c.computed,
		})
	}
	for _, t := range g.bundle.Tables() {
		if g.unmet(t) {
			out.Unmet = append(out.Unmet, UnmetTable{t.ID, t.Key})
		}
	}
	slices.SortStableFunc(out.Fields, func(a, b FieldGap) int {
		if a.Alone != b.Alone {
			return byCount(a.Alone, b.Alone, "", "")
		}
		if a.Wanted != b.Wanted {
			return byCount(a.Wanted, b.Wanted, "", "")
		}
		return byCount(b.Known, a.Known, a.Path, b.Path)
	})
	return out
}

// unmet tells that no field of a table was there for anybody.
func (g *Gaps) unmet(t rules.TablePlan) bool {
	there := func(path string) bool { return g.fields[g.slots[path]].states[facts.Absent] < g.n }
	return g.n > 0 && len(t.Fields) > 0 && !slices.ContainsFunc(t.Fields, there)
}
