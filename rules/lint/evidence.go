package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/format"
)

// teamsOf are the teams that a card rests on, each once.
func teamsOf(d *format.Persona) []string {
	var out []string
	for _, e := range d.Evidence {
		if team := strings.ToLower(strings.TrimSpace(e.Team.Value)); !slices.Contains(out, team) {
			out = append(out, team)
		}
	}
	return out
}

func noEvidence(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; len(d.Evidence) == 0 && !draft(d) && acts(d) {
			c.find(r, personaOf(p), d.ID.At, fmt.Sprintf("%q rests on nothing that is written down", d.ID.Value), "add evidence: who saw it, how, how often; or status: draft while you collect it")
		}
	})
}

// singleSource goes by settled cards: a draft has to begin somewhere.
func singleSource(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		if d := p.Card; settled(d) && len(teamsOf(d)) == 1 {
			c.find(r, personaOf(p), d.Evidence[0].Team.At, fmt.Sprintf("all that is known of %q comes from %s", d.ID.Value, teamsOf(d)[0]), "ask others: sales, service and marketing see different sides of the same people")
		}
	})
}

func fewTeams(c *checker, r *Rule) {
	c.negatives(func(p *Persona) {
		if d := p.Card; settled(d) && len(teamsOf(d)) == 2 {
			c.find(r, personaOf(p), d.Evidence[0].Team.At, fmt.Sprintf("%q is agreed on by two teams: %s", d.ID.Value, strings.Join(teamsOf(d), " and ")), "hear a third before it is approved")
		}
	})
}

// talk reports whether a kind of evidence means that somebody was spoken with.
func talk(kind string) bool {
	kind = strings.ToLower(kind)
	return slices.ContainsFunc([]string{"interview", "survey", "focus", "conversation", "call", "quote"}, func(w string) bool { return strings.Contains(kind, w) })
}

func noInterview(c *checker, r *Rule) {
	c.everyPersona(func(p *Persona) {
		d := p.Card
		beyond := d.Status != nil && !draft(d)
		if beyond && len(d.Evidence) > 0 && !slices.ContainsFunc(d.Evidence, func(e format.Evidence) bool { return talk(e.Kind.Value) }) {
			c.find(r, personaOf(p), d.Evidence[0].Kind.At, fmt.Sprintf("nobody has spoken with %q: numbers show what people do, not why", d.ID.Value), "talk to eight of them, then add the evidence with kind: interview")
		}
	})
}

// smallSample goes by what is counted; evidence without a count says nothing.
func smallSample(c *checker, r *Rule) {
	const enough = 10
	c.negatives(func(p *Persona) {
		d, total := p.Card, 0.0
		for _, e := range d.Evidence {
			if e.Count == nil {
				return
			}
			total += e.Count.Value
		}
		if settled(d) && len(d.Evidence) > 0 && total < enough {
			c.find(r, personaOf(p), d.Evidence[0].Count.At, fmt.Sprintf("%q rests on %g cases", d.ID.Value, total), "collect more, or keep it from acting: mode: observe")
		}
	})
}
