package rules

import "github.com/winnow-gate/winnow/rules/cond"

// slots chooses a variant for every slot.
func (c *deciding) slots() {
	for i, s := range c.b.slots {
		c.d.Variants = append(c.d.Variants, s.variants[c.choose(i, s)])
	}
}

func (c *deciding) choose(i int, s *slot) int {
	for _, p := range c.pins {
		if p.slot == i {
			c.d.reason(Reason{Code: SlotPinned, Slot: s.id})
			return p.variant
		}
	}
	out := c.f.RuledOut()
	for i := range s.asks {
		ask := &s.asks[i]
		if out[ask.bit/64]>>(ask.bit%64)&1 != 0 {
			continue
		}
		if ask.timed && !s.rules[i].active.contains(c.in.Now) {
			continue
		}
		came := c.f.Eval(ask.when)
		if came == cond.False {
			continue
		}
		if v, ok := c.try(s, s.rules[i], came); ok {
			return v
		}
	}
	c.d.note(&s.passed)
	return s.fallback
}

// try applies one slot rule whose condition came out as v, which is not false.
func (c *deciding) try(s *slot, r *slotRule, v cond.Tri) (variant int, ok bool) {
	switch v {
	case cond.True:
	case cond.Unknown:
		c.d.reason(Reason{Code: SlotUnknown, Rule: r.id, Slot: s.id, Fields: c.missing(r.when)})
		return 0, false
	default:
		c.d.reason(Reason{Code: SlotError, Rule: r.id, Slot: s.id, Detail: c.fault(r.when)})
		return 0, false
	}
	if in, _ := c.inShare(r.canaryID, r.canary); !in {
		c.d.reason(Reason{Code: SlotObserved, Rule: r.id, Slot: s.id, Would: c.wouldShow(s, r)})
		return 0, false
	}
	if r.use >= 0 {
		c.d.note(&r.chosen)
		return r.use, true
	}
	if r.module >= 0 {
		return c.chosen(s, r)
	}
	return c.split(s, r)
}

// chosen asks a module for the variant.
func (c *deciding) chosen(s *slot, r *slotRule) (variant int, ok bool) {
	c.in.metModule(c.b.modules[r.module])
	if cause := c.f.RunModule(r.module); cause != "" {
		c.d.reason(Reason{Code: SlotError, Rule: r.id, Slot: s.id, Detail: cause})
		return 0, false
	}
	variant = c.in.modules[r.module].call.choice[r.turn]
	if variant < 0 {
		return 0, false
	}
	c.d.note(&r.chosen)
	return variant, true
}

func (c *deciding) split(s *slot, r *slotRule) (variant int, ok bool) {
	key, known := c.in.key(r.by)
	if !known {
		c.d.reason(Reason{Code: SplitUnknown, Rule: r.id, Slot: s.id, Fields: c.missingOf([]int{r.by})})
		return 0, false
	}
	c.d.note(&r.chosen)
	return r.shareOf(key), true
}
