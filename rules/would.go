package rules

// Rules that only observe, and those outside their canary share, say in their
// reason what they would have come to: so that somebody can look at that before
// the rule is switched on.

// would is the action that a persona would have taken, had nothing but its message
// classes and its holdout stood in its way.
func (c *deciding) would(p *persona, code Code) string {
	if code == PersonaClass {
		return ""
	}
	if code != Holdout && p.action.keepsBack() {
		if in, known := c.inShare(p.holdID, p.holdout); in || !known {
			return string(Send)
		}
	}
	idle := false
	switch p.action {
	case Reroute:
		idle = c.onRoute(p)
	case Cap:
		idle = c.capState(p) != CapReached
	case Ask:
		idle = c.allKnown(p.ask)
	}
	if idle {
		return string(Send)
	}
	return string(p.action)
}

// wouldShow is the variant that a rule would have picked, "" when that is not known. A
// module is not run to find out.
func (c *deciding) wouldShow(s *slot, r *slotRule) string {
	switch {
	case r.use >= 0:
		return s.variants[r.use].Variant
	case r.module >= 0:
		return ""
	}
	key, known := c.in.key(r.by)
	if !known {
		return ""
	}
	return s.variants[r.shareOf(key)].Variant
}
