package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

func noReviewDate(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; d.ReviewBy == nil && d.ReleaseWhen != nil {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("%q has no review date: situations change", d.ID.Value), "add review_by: and a date")
		}
	})
}

func noExit(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; d.ReviewBy == nil && d.ReleaseWhen == nil {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("nothing ever ends %q: it has no release_when and no review date", d.ID.Value),
				"add review_by: and a date, or release_when: and what people do when they no longer belong")
		}
	})
}

func noHoldout(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		switch d := p.Card; {
		case p.KeepsBack && d.Holdout == nil:
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("%q has no holdout: nobody can show that it is right", d.ID.Value), "add holdout: 5%, or holdout: 0% if you mean it")
		case d.Holdout == nil:
		case !p.KeepsBack && d.Holdout.Buckets > 0:
			c.find(r, personaOf(p), d.Holdout.At, fmt.Sprintf("%q keeps nobody back, so its holdout does nothing", d.ID.Value), "take it out: it is for suppress, hold, reroute and cap")
		case p.KeepsBack && d.Holdout.Buckets == bucket.Count:
			c.find(r, personaOf(p), d.Holdout.At, fmt.Sprintf("all of %q are held out, so it keeps nobody back", d.ID.Value), "write a smaller share, or mode: observe")
		}
	})
}

func noOwner(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; d.Owner == nil {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("nobody answers for %q", d.ID.Value), "add owner:")
		}
	})
}

// settled reports whether people have agreed on a card: only then it has to show
// what it rests on.
func settled(d *format.Persona) bool {
	return d.Status != nil && (d.Status.Value == "approved" || d.Status.Value == "review")
}

// acts reports whether a persona changes what anybody gets.
func acts(d *format.Persona) bool { return d.Mode == nil || d.Mode.Kind.Value != "observe" }

// draft: the card says of itself that it is not done.
func draft(d *format.Persona) bool { return d.Status != nil && d.Status.Value == "draft" }

func noReason(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; settled(d) && p.KeepsBack && d.Reason == nil {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("%q has no sentence for people who ask why", d.ID.Value), "add reason: and one neutral sentence")
		}
	})
}

func noBasis(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; d.Basis == nil && (settled(d) || significant(d)) {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("%q does not say on what lawful basis people are profiled", d.ID.Value), "add basis:, as in legitimate interest, assessed in docs/returns.md")
		}
	})
}

func significant(d *format.Persona) bool { return d.Effect != nil && d.Effect.Value == "significant" }

func significantEffect(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; significant(d) && p.KeepsBack && acts(d) {
			c.find(r, personaOf(p), d.Effect.At, fmt.Sprintf("%q weighs heavily on people and acts without a human", d.ID.Value),
				"write mode: observe and let a person decide; or, if it only holds advertisements back, effect: low")
		}
	})
}

func missingOnUnknown(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; d.OnUnknown == nil {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("%q does not say what missing data does", d.ID.Value), "add on_unknown: pass, match or ask; pass is what happens now")
		}
	})
}

// tooManyPersonas counts the positive ones: those that content is written for.
func tooManyPersonas(c *checker, r *Rule) {
	const most = 5
	var positive []*Persona
	c.everyPersona(func(p *Persona) {
		if !p.Negative {
			positive = append(positive, p)
		}
	})
	if len(positive) > most {
		p := positive[most]
		c.find(r, personaOf(p), p.Card.ID.At, fmt.Sprintf("there are %d positive personas: few teams can write for more than %d", len(positive), most), "join those that get the same content")
	}
}

func holdsServiceMail(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if !p.KeepsBack {
			return
		}
		for _, class := range p.Card.Classes {
			if field.AlwaysSent(class.Value) {
				c.find(r, personaOf(p), class.At, fmt.Sprintf("%q holds back %s messages, which people wait for", p.Card.ID.Value, class.Value), "take the class out: personas are about marketing")
				return
			}
		}
	})
}

// outOfScope: a card made for one market that the condition gives to another.
func outOfScope(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		s := p.Card.Scope
		if s == nil || len(s.Markets) == 0 {
			return
		}
		var scope []string
		for _, m := range s.Markets {
			scope = append(scope, m.Value)
		}
		got, ok := c.Logic.OneOf(p.Match, "contact.market")
		if !ok {
			return
		}
		for _, m := range got {
			if !slices.Contains(scope, m) {
				c.find(r, personaOf(p), p.Card.When.At, fmt.Sprintf("%q was made for %s, and its condition takes in %s", p.Card.ID.Value, strings.Join(scope, ", "), m), "narrow the condition, or make a card for that market")
				return
			}
		}
	})
}
