package lint

import (
	"fmt"

	"github.com/winnow-gate/winnow/rules/cond"
)

// maxPairs bounds how many pairs of conditions are compared, so
// that a bundle of thousands of rules still compiles at once.
const maxPairs = 20000

func constantCondition(c *checker, r *Rule) {
	for _, q := range c.Conditions {
		if v, fixed := c.Logic.Constant(q.Cond); fixed && q.Decl.Source != "always" {
			c.find(r, q.Of, q.Decl.At, "this condition is "+v.String()+" for everyone", "write always to mean everyone")
		}
	}
}

func (c *checker) constant(q *cond.Cond) bool {
	_, fixed := c.Logic.Constant(q)
	return fixed
}

func neverTrue(c *checker, r *Rule) {
	for _, q := range c.Conditions {
		if !c.constant(q.Cond) && c.about(q.Cond).never && !c.Logic.NeverFalse(q.Cond) {
			c.find(r, q.Of, q.Decl.At, "this can't be true for anybody: its parts exclude each other, or a value is never like that", "look for two parts about the same value")
		}
	}
	c.everyPersona(func(p *Persona) {
		if p.Unless != nil && !c.about(p.When).never && c.about(p.Match).never {
			c.find(r, personaOf(p), p.Card.Unless.At, fmt.Sprintf("the exception takes in everybody whom %q matches, so it never does anything", p.Card.ID.Value), "narrow unless:")
		}
	})
}

func onlyUnknown(c *checker, r *Rule) {
	for _, q := range c.Conditions {
		if !c.constant(q.Cond) && c.about(q.Cond).never && c.Logic.NeverFalse(q.Cond) {
			c.find(r, q.Of, q.Decl.At, "this can only be unknown: no contact makes it true or false", "a part asks for what a value can never be known to be")
		}
	}
}

func constantPart(c *checker, r *Rule) {
	for _, q := range c.Conditions {
		if c.about(q.Cond).never {
			continue // said already, of the whole
		}
		for _, u := range c.about(q.Cond).uses {
			switch {
			case !u.Own || u.Same || u.Always == u.Never:
			case u.Always:
				c.find(r, q.Of, u.Place, u.Text+" is true for everybody whose data is known", "take it out, or write known(…) if that is what you ask")
			default:
				c.find(r, q.Of, u.Place, u.Text+" is never true", "take it out, or mend the number")
			}
		}
	}
}

func selfComparison(c *checker, r *Rule) {
	for _, q := range c.Conditions {
		for _, u := range c.about(q.Cond).uses {
			if u.Own && u.Same {
				c.find(r, q.Of, u.Place, "this compares a value with itself", "one side was meant to be something else")
			}
		}
	}
}

func idleRelease(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if p.Release == nil || c.constant(p.When) {
			return
		}
		if c.constant(p.Release) || c.Logic.Implies(p.When, p.Release) {
			c.find(r, personaOf(p), p.Card.ReleaseWhen.At, fmt.Sprintf("release_when is true for everybody whom %q matches, so it holds nobody", p.Card.ID.Value), "release below the threshold, as in >= 0.6 and < 0.4")
		}
	})
}

func tooBroad(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if a := p.Card.Action; !p.KeepsBack || a.Kind.Value == "cap" {
			return
		}
		// Who is decided on has an id, and mostly an address.
		if c.Logic.Broad(p.When, "contact.id", "contact.email", "message.class") {
			c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q takes in nearly everybody", p.Card.ID.Value), "ask what people do, not only what they are not")
		}
	})
}

func contradiction(c *checker, r *Rule) {
	pairs := 0
	for i := range c.Personas {
		p := &c.Personas[i]
		kinds := c.about(p.Match).kinds
		if !c.about(p.Match).few || c.constant(p.Match) {
			continue
		}
		for j := range c.Personas {
			n := &c.Personas[j]
			if pairs++; i == j || pairs > maxPairs || c.constant(n.Match) {
				continue
			}
			switch {
			case !p.Negative && n.Negative && n.KeepsBack && acts(n.Card) && kinds.Make(n.Match):
				c.find(r, personaOf(n), n.Card.ID.At, fmt.Sprintf("everybody who is %q is held back by %q: nobody sees what is written for them", p.Card.ID.Value, n.Card.ID.Value),
					fmt.Sprintf("add unless: persona(%q), or find the condition that tells the two apart", p.Card.ID.Value))
			case contrasts(p, n) && kinds.Make(n.Match):
				c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q is said to be another than %q, and everybody who is one is the other, too", p.Card.ID.Value, n.Card.ID.Value), "add the condition that tells them apart")
			}
		}
	}
}

// contrasts reports whether p's card says that it is another than q.
func contrasts(p, q *Persona) bool {
	for _, id := range p.Card.Contrasts {
		if id.Value == q.Card.ID.Value {
			return true
		}
	}
	return false
}

func samePeople(c *checker, r *Rule) {
	pairs := 0
	for i := range c.Personas {
		p := &c.Personas[i]
		kinds := c.about(p.Match).kinds
		if !c.about(p.Match).few || c.constant(p.Match) {
			continue
		}
		for j := range i {
			q := &c.Personas[j]
			if pairs++; pairs > maxPairs || p.Negative != q.Negative || c.constant(q.Match) || !kinds.Make(q.Match) {
				continue
			}
			if back := c.about(q.Match); back.few && back.kinds.Make(p.Match) {
				c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q matches the same people as %q", p.Card.ID.Value, q.Card.ID.Value), "join the two, or tell them apart")
				break
			}
		}
	}
}

// unshieldedException: with on_unknown: match, an exception that can't be
// answered protects nobody.
func unshieldedException(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		d := p.Card
		if p.Unless == nil || d.OnUnknown == nil || d.OnUnknown.Value != "match" {
			return
		}
		needed := map[string]bool{}
		for _, f := range c.fieldsOf(p.When) {
			needed[f] = true
		}
		for _, f := range c.fieldsOf(p.Unless) {
			if !needed[f] {
				c.find(r, personaOf(p), d.Unless.At, fmt.Sprintf("whoever has no %s is not protected: the exception is unknown then, and on_unknown: match takes that for a match", f), "write "+f+" ?? and a default in the exception, or on_unknown: pass")
				return
			}
		}
	})
}

// fieldsOf are the fields that a condition reads, also by way of others, each
// once.
func (c *checker) fieldsOf(q *cond.Cond) []string { return c.about(q).fields }
