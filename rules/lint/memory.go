package lint

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// beyondRetention goes by spans that are fixed: how far sent(orders.count) looks
// back is only known when it does.
func beyondRetention(c *checker, r *Rule) {
	if c.Retention <= 0 {
		return
	}
	kept := inDays(c.Retention)
	for _, q := range c.Conditions {
		for _, u := range c.about(q.Cond).uses {
			if !u.Own || u.SentDays <= int64(c.Retention/day) {
				continue
			}
			hint := fmt.Sprintf("winnow serve --retention %dd", u.SentDays)
			if most := c.Retention / day; most > 0 {
				hint = fmt.Sprintf("write sent(%d), which is what it comes to, or keep decisions longer: %s", most, hint)
			}
			c.find(r, q.Of, u.Place, fmt.Sprintf("%s looks back %dd, and decisions are kept for %s: what went out before is not counted", u.Text, u.SentDays, kept), hint)
		}
	}
	c.negatives(func(p *Persona) {
		a := p.Card.Action
		if a.Kind.Value != "cap" || a.Cap.Per <= c.Retention {
			return
		}
		per := inDays(a.Cap.Per)
		c.find(r, personaOf(p), a.At, fmt.Sprintf("the cap of %q looks back %s, and decisions are kept for %s: what went out before is not counted", p.Card.ID.Value, per, kept),
			fmt.Sprintf("write cap: %d per %s, which is what it comes to, or keep decisions longer: winnow serve --retention %s", a.Cap.Count, kept, per))
	})
}

// inDays writes a span as rules and flags take it: 90d, or 36h0m0s.
func inDays(d time.Duration) string {
	if d%day != 0 {
		return d.String()
	}
	return fmt.Sprintf("%dd", d/day)
}
