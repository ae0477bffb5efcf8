package rules

import (
	"math/bits"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/rules/cond"
)

// personas evaluates every persona that is not ruled out by what is known of
// the others.
func (c *deciding) personas(ps []*persona, r *roll) {
	out := c.f.RuledOut()
	for i := 0; i < len(ps); i++ {
		live := ^out[r.word+i/64] >> (i % 64)
		if live == 0 {
			i |= 63
			continue
		}
		if i += bits.TrailingZeros64(live); i >= len(ps) {
			return
		}
		ask := r.asks[i]
		if v := c.f.Eval(ask.match); v != cond.False || ask.exempt {
			c.persona(ps[i], v)
		}
	}
}

// persona notes what comes of one persona whose condition came out as v.
func (c *deciding) persona(p *persona, v cond.Tri) {
	switch v {
	case cond.True:
		c.matched(p, &p.matched)
	case cond.False:
		if p.unless != nil && p.when.Eval(c.f) == cond.True && p.unless.Eval(c.f) == cond.True {
			c.d.reason(Reason{Code: PersonaExempt, Rule: p.id})
		}
	case cond.Unknown:
		c.vague(p)
	default:
		r := Reason{Code: PersonaError, Rule: p.id, Detail: c.fault(p.match)}
		if p.matchOn.err {
			c.matched(p, &r)
		} else {
			c.d.note(&r)
		}
	}
}

// vague applies a persona's on_unknown.
func (c *deciding) vague(p *persona) {
	missing := c.missing(p.match)
	r := Reason{Code: PersonaUnknown, Rule: p.id, Fields: missing}
	if p.matchOn.unknown {
		c.matched(p, &r)
		return
	}
	c.d.note(&r)
	if _, live := c.live(p); live && p.matchOn.ask {
		for _, path := range missing {
			c.d.askFor(path)
		}
		c.stronger(Ask, nil)
	}
}

// matched notes a match and, for a negative persona, what comes of it.
func (c *deciding) matched(p *persona, r *Reason) {
	c.d.Personas = append(c.d.Personas, p.id)
	c.d.note(r)
	if !p.negative {
		return
	}
	if code, enforced := c.enforced(p); !enforced {
		c.d.reason(Reason{Code: code, Rule: p.id, Would: c.would(p, code)})
		if code == Holdout {
			c.heldOut = true
		}
		return
	}
	c.act(p)
}

// enforced reports whether a matching negative persona acts, and if not, why.
func (c *deciding) enforced(p *persona) (Code, bool) {
	if code, live := c.live(p); !live {
		return code, false
	}
	// without an id nobody can be measured, and missing data leaves nobody out
	if in, known := c.inShare(p.holdID, p.holdout); (in || !known) && p.action.keepsBack() {
		return Holdout, false
	}
	return "", true
}

// live reports whether a persona does anything at all to the contact and message,
// and if not, why.
func (c *deciding) live(p *persona) (Code, bool) {
	if p.classes&c.class == 0 {
		return PersonaClass, false
	}
	if p.canary == 0 {
		return PersonaObserved, false
	}
	if !p.review.IsZero() && c.in.Now.After(p.review.Add(Grace)) {
		return PersonaOverdue, false
	}
	if in, _ := c.inShare(p.canaryID, p.canary); !in { // without an id nobody is in a share
		return PersonaCanaryOut, false
	}
	return "", true
}

// act lets a persona's action take effect.
func (c *deciding) act(p *persona) {
	switch p.action {
	case Hold:
		until := c.in.Now.Add(p.hold)
		if until.After(c.d.HoldUntil) {
			c.d.HoldUntil = until
		}
	case Reroute:
		if c.onRoute(p) {
			c.d.reason(Reason{Code: RerouteHere, Rule: p.id})
			return
		}
		for _, channel := range p.route {
			c.d.Route = addNew(c.d.Route, channel)
		}
	case Cap:
		if !c.capReached(p) {
			return
		}
	case Ask:
		before := len(c.d.Ask)
		c.askMissing(p.ask)
		if len(c.d.Ask) == before {
			return
		}
	case Pin:
		c.pins = append(c.pins, p.pins...)
	}
	c.stronger(p.action, p)
}

// stronger keeps the strongest action, and of equals the first.
func (c *deciding) stronger(a Action, p *persona) {
	if a.rank() > c.d.Action.rank() {
		c.d.Action, c.best = a, p
	}
}

func (c *deciding) onRoute(p *persona) bool {
	channel := c.in.text(c.b.at.channel)
	return slices.Contains(p.route, channel)
}

func (c *deciding) capReached(p *persona) bool {
	code := c.capState(p)
	c.d.reason(Reason{Code: code, Rule: p.id})
	return code == CapReached
}

func (c *deciding) capState(p *persona) Code {
	var sent int64
	known := false
	if c.in.State != nil {
		sent, known = c.in.State.Sent(c.in.Now.Add(-p.capPer).UnixNano(), "")
	}
	switch {
	case !known:
		return CapUnknown
	case sent >= p.capCount:
		return CapReached
	}
	return CapOpen
}

// conclude turns the strongest action into the answer.
func (c *deciding) conclude() {
	d := c.d
	d.Send = !d.Action.keepsBack()
	d.Holdout = c.heldOut && d.Send
	if len(d.Ask) > 0 {
		c.stronger(Ask, nil)
	}
	if d.Action != Hold {
		d.HoldUntil = time.Time{}
	}
	if d.Action != Reroute {
		d.Route = d.Route[:0]
	}
	if c.best != nil {
		d.ReviewBy, d.By = c.best.review, c.best.id
	}
}
