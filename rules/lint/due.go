package lint

import (
	"fmt"
	"time"
)

// daysLate is how long something is late: the day that has begun counts as one.
// ok is false when it is not late, or nobody knows the day.
func (c *checker) daysLate(end time.Time) (days string, ok bool) {
	late := c.Now.Sub(end)
	switch {
	case c.Now.IsZero() || late < 0:
		return "", false
	case late < 24*time.Hour:
		return "1 day", true
	default:
		return fmt.Sprintf("%d days", int(late/(24*time.Hour))+1), true
	}
}

// overdue compares days: a date counts to its end, in UTC.
func overdue(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		by := p.Card.ReviewBy
		if by == nil || by.Wall.IsZero() { // none, or one that could not be read
			return
		}
		end := by.Wall
		if by.Date {
			end = end.AddDate(0, 0, 1)
		}
		if days, late := c.daysLate(end); late {
			c.find(r, personaOf(p), by.At, fmt.Sprintf("the review of %q is %s overdue", p.Card.ID.Value, days), "look at its figures, then set a new date; 30 days after the old one it only observes")
		}
	})
}

func staleTable(c *checker, r *Rule) {
	for _, t := range c.Tables {
		if t.MaxAge == 0 {
			continue
		}
		if days, late := c.daysLate(t.AsOf.Wall.Add(t.MaxAge)); late {
			c.find(r, Subject{}, t.AsOf.At, fmt.Sprintf("the table %q is %s past its max_age, so all that it fills in is unknown", t.ID, days), "make it anew from later data, and say their day as as_of")
		}
	}
}

func futureTable(c *checker, r *Rule) {
	const eastmost = 14 * time.Hour // ahead of UTC: no day begins anywhere sooner
	for _, t := range c.Tables {
		begins := t.AsOf.Wall
		if !t.AsOf.Offset {
			begins = begins.Add(-eastmost)
		}
		if !c.Now.IsZero() && begins.After(c.Now) {
			c.find(r, Subject{}, t.AsOf.At, fmt.Sprintf("the table %q is of %s, which is still to come", t.ID, t.AsOf.Wall.Format(time.DateOnly)), "write the day of its data as as_of: its age counts from there")
		}
	}
}

func windowOver(c *checker, r *Rule) {
	for i := range c.Slots {
		s := &c.Slots[i]
		for _, rule := range s.Rules {
			if rule.Ends.IsZero() {
				continue
			}
			if days, late := c.daysLate(rule.Ends); late {
				c.find(r, slotOf(s), rule.Decl.Active.To.At, fmt.Sprintf("the window of %s ended %s ago, so it never picks anything", rule.ID, days), "remove it, or give it a later to:")
			}
		}
	}
}
