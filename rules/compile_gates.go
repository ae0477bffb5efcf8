package rules

import (
	"fmt"
	"math"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lint"
)

func (c *compiler) compileGates() {
	for _, f := range c.files {
		for i := range f.Gates {
			c.compileGate(&f.Gates[i])
		}
	}
}

func (c *compiler) compileGate(d *format.Gate) {
	ok := c.identified("gate", d.ID)
	if d.Fields != nil && len(d.Fields) == 0 {
		return // the reader reported what is wrong with the list
	}
	forms := 0
	for _, has := range []bool{d.Require != nil, len(d.Fields) > 0, d.MinAge != nil} {
		if has {
			forms++
		}
	}
	if forms != 1 {
		c.fail(d.At, diag.GateNeedsOne, "a gate needs exactly one of require, fields and min_age", "keep one of them; another gate can have another")
		return
	}
	c.subject = lint.Subject{Kind: "gate", ID: d.ID.Value}
	g := &gate{id: d.ID.Value, classes: classesOf(d.Classes, allClasses), otherwise: "block", closes: marketing | research}
	switch {
	case d.Require != nil:
		g.require = c.condition(d.Require)
		ok = ok && g.require != nil
	case d.MinAge != nil:
		g.require = c.minAge(d.MinAge)
		ok = ok && g.require != nil
	default:
		ok = c.slotsOf(d.Fields, &g.fields) && ok
	}
	if d.When != nil {
		g.when = c.condition(d.When)
		ok = ok && g.when != nil
	}
	if !c.gateOptions(d, g) || !ok {
		return
	}
	if len(d.Stages) > 0 {
		c.out.passing = append(c.out.passing, g)
	} else if isLegal(d) {
		c.out.legal = append(c.out.legal, g)
	} else {
		c.out.data = append(c.out.data, g)
	}
}

// isLegal: a gate over data is a house rule unless it says otherwise.
func isLegal(d *format.Gate) bool {
	if d.Kind != nil {
		return d.Kind.Value == "legal"
	}
	return len(d.Fields) == 0
}

func (c *compiler) gateOptions(d *format.Gate, g *gate) bool {
	if d.Reason != nil {
		g.reason = d.Reason.Value
	}
	if d.Otherwise != nil {
		g.otherwise = d.Otherwise.Value
	}
	if len(d.Stages) > 0 && !c.stagesOf(d, g) {
		return false
	}
	if d.OnUnknown != nil {
		g.closes = map[string]classSet{"close": allClasses, "open": 0}[d.OnUnknown.Value]
		if len(g.fields) > 0 && g.closes == 0 {
			c.fail(d.OnUnknown.At, diag.NotAllowed, "a gate over fields that opens for missing ones is never closed", "take on_unknown out, or send and ask for the fields with otherwise: ask")
			return false
		}
	}
	if g.otherwise == "ask" && len(g.fields) == 0 {
		c.fail(d.Otherwise.At, diag.NotAllowed, "otherwise: ask goes with fields, there is nothing to ask for", "use block or default")
		return false
	}
	return true
}

// stagesOf reads the stages that a gate guards. Such a gate is about no
// message, so what is about messages has no place in it, and what it can't
// answer keeps it closed.
func (c *compiler) stagesOf(d *format.Gate, g *gate) bool {
	refuse := func(at diag.Place, key string) {
		c.fail(at, diag.NotAllowed, key+" is about messages, and a gate with stages is asked for none", "take it out, or write another gate for messages")
	}
	switch {
	case len(d.Classes) > 0:
		refuse(d.Classes[0].At, "classes")
		return false
	case d.Otherwise != nil:
		refuse(d.Otherwise.At, "otherwise")
		return false
	}
	for _, s := range d.Stages {
		if len(s.Value) > 64 {
			c.fail(s.At, diag.BadName, "a stage has a name of at most 64 bytes", "as the CRM names it, as in sql")
			return false
		}
		g.stages = append(g.stages, s.Value)
	}
	g.closes = allClasses
	return true
}

func classesOf(words []format.Text, none classSet) classSet {
	if len(words) == 0 {
		return none
	}
	var out classSet
	for _, w := range words {
		out |= classOf(w.Value)
	}
	return out
}

// minAge asks the birth date, or the birth year, of which only the year after
// the birthday year is sure.
func (c *compiler) minAge(n *format.Number) *cond.Cond {
	if n.Text == "" {
		return nil // the reader reported it
	}
	if n.Value != math.Trunc(n.Value) || n.Value < 1 || n.Value > 120 {
		c.fail(n.At, diag.NotAllowed, "min_age must be a whole number of years from 1 to 120", "as in min_age: 18")
		return nil
	}
	text := fmt.Sprintf("(known(contact.birth_date) and age(contact.birth_date) >= %d) or age(contact.birth_year) > %d", int(n.Value), int(n.Value))
	q, problems := c.build.Condition(cond.Source{Text: text, Place: func(int, int) diag.Place { return n.At }})
	c.list = append(c.list, problems...)
	return q
}

// slotsOf resolves field paths.
func (c *compiler) slotsOf(paths []format.Text, out *[]int) bool {
	ok := true
	for _, p := range paths {
		if _, found := c.names.Fields.Lookup(p.Value); !found {
			c.fail(p.At, diag.UnknownField, "there is no field "+p.Value, c.suggestField(p.Value))
			ok = false
			continue
		}
		*out = append(*out, c.build.Slot(p.Value))
	}
	return ok
}

func (c *compiler) suggestField(path string) string {
	if hint := diag.DidYouMean(path, c.names.Fields.Paths()); hint != "" {
		return hint
	}
	return "declare it under fields: with its type"
}
