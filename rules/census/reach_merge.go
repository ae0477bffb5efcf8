package census

// Merge adds what another counter of the same bundle has counted.
func (r *Reach) Merge(o *Reach) {
	r.n += o.n
	r.sent += o.sent
	r.unsure += o.unsure
	r.heldOut += o.heldOut
	r.shadow += o.shadow
	r.actions.merge(o.actions)
	for id, g := range o.gates {
		to := r.gate(id)
		to.closed, to.decided, to.unknown, to.failed = to.closed+g.closed, to.decided+g.decided, to.unknown+g.unknown, to.failed+g.failed
	}
	for id, p := range o.personas {
		r.persona(id).merge(r.how, p)
	}
	for w, n := range o.ways {
		r.ways[w] += n
	}
	for id, s := range o.slots {
		to := r.slot(id)
		to.shown.merge(s.shown)
		to.would.merge(s.would)
		to.rules.merge(s.rules)
		to.byDefault, to.pinned = to.byDefault+s.byDefault, to.pinned+s.pinned
	}
	for k, t := range o.splits {
		if r.splits[k] == nil {
			r.splits[k] = tally{}
		}
		r.splits[k].merge(t)
	}
}

func (p *personaCount) merge(how Sampling, o *personaCount) {
	p.matched += o.matched
	p.decided += o.decided
	p.exempt += o.exempt
	p.unknown += o.unknown
	p.failed += o.failed
	p.holdout += o.holdout
	p.class += o.class
	p.observed += o.observed
	p.missed += o.missed
	p.would.merge(o.would)
	p.samples.merge(how, &o.samples)
}
