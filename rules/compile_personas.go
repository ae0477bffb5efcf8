package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lint"
)

func (c *compiler) compilePersonas() {
	slots := c.declaredSlots()
	for i, d := range c.personas {
		p := c.compilePersona(d, slots)
		if p == nil {
			continue
		}
		c.build.Define(len(c.signals)+i, p.match)
		c.out.cards = append(c.out.cards, d)
		if p.negative {
			c.out.negatives = append(c.out.negatives, p)
		} else {
			c.out.positives = append(c.out.positives, p)
		}
	}
}

// declaredSlots are the slots by name, for pins that come before them.
func (c *compiler) declaredSlots() map[string]*format.Slot {
	out := map[string]*format.Slot{}
	for _, f := range c.files {
		for i := range f.Slots {
			e := &f.Slots[i]
			if _, twice := out[e.Key.Value]; !twice {
				c.slotAt[e.Key.Value] = len(out)
				out[e.Key.Value] = &e.Value
			}
		}
	}
	return out
}

func (c *compiler) compilePersona(d *format.Persona, slots map[string]*format.Slot) *persona {
	p := &persona{
		id: d.ID.Value, canaryID: "canary:" + d.ID.Value, holdID: "holdout:" + d.ID.Value, negative: d.Kind.Value == "negative", card: d,
		classes: classesOf(d.Classes, marketing), canary: bucket.Count,
	}
	p.matched = ready(Reason{Code: PersonaMatch, Rule: p.id})
	c.subject = lint.Subject{Kind: "persona", ID: p.id}
	parts := lint.Persona{Card: d, Negative: p.negative}
	c.personaContrasts(d)
	ok := c.personaConditions(d, p, &parts)
	ok = c.personaAction(d, p, slots) && ok
	if d.Mode != nil {
		p.canary = enforcedShare(d.Mode)
	}
	if d.Holdout != nil {
		p.holdout = d.Holdout.Buckets
	}
	if d.OnUnknown != nil {
		p.matchOn.unknown, p.matchOn.ask = d.OnUnknown.Value == "match", d.OnUnknown.Value == "ask"
	}
	p.matchOn.err = d.OnError != nil && d.OnError.Value == "match"
	if d.ReviewBy != nil {
		p.review = endOf(d.ReviewBy)
	}
	if !ok {
		return nil
	}
	parts.Match, parts.KeepsBack = p.match, p.action.keepsBack()
	c.lint.Personas = append(c.lint.Personas, parts)
	return p
}

// personaContrasts checks that a card tells its persona from others that are there.
func (c *compiler) personaContrasts(d *format.Persona) {
	var others []string
	for _, p := range c.personas {
		if p.ID.Value != d.ID.Value {
			others = append(others, p.ID.Value)
		}
	}
	for _, id := range d.Contrasts {
		switch {
		case id.Value == d.ID.Value:
			c.fail(id.At, diag.UnknownPersona, fmt.Sprintf("%q can't be easily taken for itself", id.Value), "name another persona, or leave it out")
		case !slices.Contains(others, id.Value):
			c.fail(id.At, diag.UnknownPersona, fmt.Sprintf("there is no persona %q", id.Value), diag.DidYouMean(id.Value, others))
		}
	}
}

// endOf is a review date as a moment: a date counts to its end, in UTC.
func endOf(m *format.Moment) time.Time {
	if m.Date {
		return momentIn(m, time.UTC, 1)
	}
	return momentIn(m, time.UTC, 0)
}

// enforcedShare is how many buckets a mode enforces.
func enforcedShare(m *format.Mode) int {
	switch m.Kind.Value {
	case "observe":
		return 0
	case "canary":
		return m.Canary.Buckets
	default:
		return bucket.Count
	}
}

// personaConditions builds the match: messages and (when or held and not
// release_when) and not unless.
func (c *compiler) personaConditions(d *format.Persona, p *persona, parts *lint.Persona) bool {
	if d.When == nil {
		return false // the reader reported it
	}
	compile := func(q *format.Condition) (*cond.Cond, bool) {
		if q == nil {
			return nil, true
		}
		out := c.condition(q)
		return out, out != nil
	}
	when, ok1 := compile(d.When)
	unless, ok2 := compile(d.Unless)
	release, ok3 := compile(d.ReleaseWhen)
	messages, ok4 := compile(d.Messages)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return false
	}
	b := c.build
	p.when, p.unless = when, unless
	parts.When, parts.Unless, parts.Release = when, unless, release
	if release != nil {
		c.out.needs.held = true
		p.when = b.Any(when, b.All(b.Held(p.id), b.Negate(release)))
	}
	if messages != nil {
		p.when = b.All(messages, p.when)
	}
	p.match = p.when
	if unless != nil {
		p.match = b.All(p.when, b.Negate(unless))
	}
	return true
}

func (c *compiler) personaAction(d *format.Persona, p *persona, slots map[string]*format.Slot) bool {
	if d.Kind.Value != "negative" && d.Kind.Value != "positive" {
		return false // the reader reported it; what it was meant to be is not known
	}
	if !p.negative {
		return c.positiveOnly(d)
	}
	a := d.Action
	if a == nil {
		c.fail(d.ID.At, diag.ActionMissing, fmt.Sprintf("the negative persona %q has no action", p.id), "add action: suppress, or a milder one: hold, reroute, cap, ask, pin")
		return false
	}
	p.action = Action(a.Kind.Value)
	switch p.action {
	case Hold:
		p.hold = a.Hold.Value
	case Reroute:
		for _, r := range a.Reroute {
			p.route = append(p.route, r.Value)
		}
	case Cap:
		p.capCount, p.capPer = int64(a.Cap.Count), a.Cap.Per
		c.out.needs.sent = true
	case Ask:
		return c.slotsOf(a.Ask, &p.ask)
	case Pin:
		return c.pinsOf(a.Pin, slots, p)
	}
	return true
}

// positiveOnly refuses what only a negative persona can have.
func (c *compiler) positiveOnly(d *format.Persona) bool {
	ok := true
	refuse := func(there bool, at diag.Place, key string) {
		if there {
			c.fail(at, diag.NegativeKeyOnPositive, key+" is for negative personas, and "+d.ID.Value+" is positive", "a positive persona picks content in slots: and protects in unless:")
			ok = false
		}
	}
	if d.Action != nil {
		c.fail(d.Action.At, diag.ActionOnPositive, "a positive persona has no action", "use persona(\""+d.ID.Value+"\") in a slot rule")
		ok = false
	}
	refuse(d.Holdout != nil, d.At, "holdout")
	refuse(d.ReleaseWhen != nil, d.At, "release_when")
	return ok
}

func (c *compiler) pinsOf(entries []format.Entry[format.Text], slots map[string]*format.Slot, p *persona) bool {
	ok := true
	for _, e := range entries {
		s, found := slots[e.Key.Value]
		if !found {
			c.fail(e.Key.At, diag.UnknownSlot, fmt.Sprintf("there is no slot %q", e.Key.Value), diag.DidYouMean(e.Key.Value, sortedKeys(slots)))
			ok = false
			continue
		}
		v := c.variant(s, e.Value)
		ok = ok && v >= 0
		p.pins = append(p.pins, pin{c.slotAt[e.Key.Value], v})
	}
	return ok
}

// inputsBehind are the fields that a module computes an output from; of any
// other field, the field itself.
func (c *compiler) inputsBehind(path string) []string {
	m, ok := c.names.Modules[path]
	if !ok {
		return []string{path}
	}
	var out []string
	for _, in := range c.modules[m].Inputs {
		out = append(out, in.Value)
	}
	return out
}
