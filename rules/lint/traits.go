package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
)

// protectedIn are the protected traits behind a condition, also by way of signals,
// personas and modules.
func (c *checker) protectedIn(q *cond.Cond) []string {
	var out []string
	for _, path := range c.fieldsOf(q) {
		for _, behind := range c.Behind(path) {
			if f, ok := c.Field(behind); ok && f.Protected && !slices.Contains(out, behind) {
				out = append(out, behind)
			}
		}
	}
	return out
}

func protectedTrait(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if !p.KeepsBack {
			return
		}
		for _, trait := range c.protectedIn(p.Match) {
			if !c.allows(personaOf(p), trait) {
				c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%s is a protected trait and may not %s anybody", trait, p.Card.Action.Kind.Value),
					"use it in a gate for a legal age, or choose what people do instead of who they are; if the law allows it, say so under policy: allow:")
			}
		}
	})
	c.gatesByTrait(r)
	c.contentByTrait(func(s *Slot, at *SlotRule, trait string, priced string) {
		if priced != "" && !c.allows(slotOf(s), trait) {
			c.find(r, slotOf(s), at.Decl.At, fmt.Sprintf("%s is a protected trait and may not decide about %s (variant %q)", trait, "a price", priced), "give everybody the same price; if the law allows it, say so under policy: allow:")
		}
	})
}

// gatesByTrait finds gates that ask for a trait: they hold people back as personas
// do. Age may be a legal gate.
func (c *checker) gatesByTrait(r *Rule) {
	for _, q := range c.Conditions {
		if q.Of.Kind != "gate" {
			continue
		}
		for _, trait := range c.protectedIn(q.Cond) {
			if !isAge(trait) && !c.allows(q.Of, trait) {
				c.find(r, q.Of, q.Decl.At, fmt.Sprintf("%s is a protected trait and may not close a gate to anybody", trait),
					"choose what people do instead of who they are; if the law allows it, say so under policy: allow:")
			}
		}
	}
}

// isAge reports whether a field says how old people are.
func isAge(path string) bool {
	last := path[strings.LastIndexByte(path, '.')+1:]
	return last == "birth_year" || last == "birth_date" || last == "age"
}

// contentByTrait calls f for each slot rule and protected trait behind it;
// priced is a variant of the rule whose content has a price in it, or "".
func (c *checker) contentByTrait(f func(s *Slot, at *SlotRule, trait, priced string)) {
	for i := range c.Slots {
		s := &c.Slots[i]
		for j := range s.Rules {
			traits := c.protectedIn(s.Rules[j].When)
			if len(traits) == 0 {
				continue
			}
			priced := ""
			for _, v := range variantsOf(s.Decl, s.Rules[j].Decl) {
				if c.words.price.MatchString(contentOf(s.Decl, v)) {
					priced = v
				}
			}
			for _, trait := range traits {
				f(s, &s.Rules[j], trait, priced)
			}
		}
	}
}

func protectedContent(c *checker, r *Rule) {
	c.contentByTrait(func(s *Slot, at *SlotRule, trait, priced string) {
		if priced == "" && !c.allows(slotOf(s), trait) {
			c.find(r, slotOf(s), at.Decl.At, fmt.Sprintf("%s is a protected trait, and content is chosen by it", trait), "choose by what people want or do; or say under policy: allow: why not")
		}
	})
}

// aboutContact are the fields of a condition but those of the message.
func (c *checker) aboutContact(q *cond.Cond) []string {
	return slices.DeleteFunc(slices.Clone(c.fieldsOf(q)), func(f string) bool { return strings.HasPrefix(f, "message.") })
}

// demographic reports whether a field says who people are. Countries and
// distances are not among them: they say where we can serve.
func (c *checker) demographic(path string) bool {
	if f, ok := c.Field(path); ok && f.Protected {
		return true
	}
	return c.words.who.MatchString(path)
}

func demographicsOnly(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		fields := c.fieldsOf(p.When)
		if len(fields) > 0 && !slices.ContainsFunc(fields, func(f string) bool { return !c.demographic(f) }) {
			c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q says who people are, and nothing of what they do", p.Card.ID.Value), "ask what these people do that others do not: orders, visits, clicks, requests")
		}
	})
}

// predicted reports whether a field is somebody's guess and not an observation.
func (c *checker) predicted(path string) bool {
	if c.words.guess.MatchString(path) {
		return true
	}
	behind := c.Behind(path) // a number that a module computes
	f, ok := c.Field(path)
	return ok && !slices.Equal(behind, []string{path}) && (f.Type.Kind.String() == "float" || f.Type.Kind.String() == "int")
}

func predictionOnly(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		fields := c.aboutContact(p.When)
		if len(fields) > 0 && !slices.ContainsFunc(fields, func(f string) bool { return !c.predicted(f) }) {
			c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q rests on predictions alone", p.Card.ID.Value), "add something that was seen: an order, a visit, an answer")
		}
	})
}

// staleSource asks that values which change have an age from which they do not
// count. Nobody knows for all houses which those are, so it is off by itself.
func staleSource(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		for _, path := range c.aboutContact(p.When) {
			f, ok := c.Field(path)
			lasting := strings.HasPrefix(path, "contact.") || strings.HasPrefix(path, "consent.")
			if ok && p.KeepsBack && !lasting && f.MaxAge == 0 && slices.Equal(c.Behind(path), []string{path}) {
				c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q goes by %s, however old its value is", p.Card.ID.Value, path), "declare it under fields: with a max_age, as in 30d")
				return
			}
		}
	})
}

func opensOnly(c *checker, r *Rule) {
	opens := []string{"engagement.opens_90d", "engagement.last_open_at"}
	beside := append([]string{"engagement.sent_90d", "engagement.last_sent_at"}, opens...)
	c.negatives(func(p *Persona) {
		fields := c.aboutContact(p.When)
		other := slices.ContainsFunc(fields, func(f string) bool { return !slices.Contains(beside, f) })
		asks := slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(opens, f) })
		if asks && !other {
			c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q goes by opens alone, and machines open mail, too", p.Card.ID.Value), "add clicks, visits or orders")
		}
	})
}

func ageRange(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		for _, u := range c.about(p.When).uses {
			aged := slices.Contains(u.Calls, "age") || slices.ContainsFunc(u.Fields, func(f string) bool { return strings.HasSuffix(f, ".birth_year") || strings.HasSuffix(f, ".age") })
			if aged && u.Own {
				c.find(r, personaOf(p), u.Place, fmt.Sprintf("%q is drawn by age: people of one age have little in common", p.Card.ID.Value), "find what these people do or need that others do not")
				return
			}
		}
	})
}

func vanityAttribute(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		fields := c.aboutContact(p.When)
		if len(fields) > 0 && !slices.ContainsFunc(fields, func(f string) bool { return !c.words.vain.MatchString(f) }) {
			c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q is drawn by %s, which says little about why people buy", p.Card.ID.Value, fields[0]), "find the why behind it, and ask for that")
		}
	})
}

// shortHistory: classes of steadiness need two years of orders.
func shortHistory(c *checker, r *Rule) {
	const days = 730
	c.everyPersona(func(p *Persona) {
		for _, f := range c.fieldsOf(p.When) {
			if (f == "abcxyz.xyz" || f == "abcxyz.abc" && p.Negative) && c.Logic.DaysSince(p.When, "orders.first_at") < days {
				c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q goes by %s, which means little before two years of orders", p.Card.ID.Value, f), "add days_since(orders.first_at) > 730")
				return
			}
		}
	})
}
