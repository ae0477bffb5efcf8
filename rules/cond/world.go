package cond

import "maps"

// world is a kind of contact: what is known of its values.
type world struct {
	vals    map[string]values
	answers map[string]Tri // of questions of their own
	known   map[int]bool   // by slot: has a value, has none
}

func (l *Logic) clone(w *world) *world {
	l.spent += len(w.vals) + len(w.answers) + len(w.known)
	return &world{maps.Clone(w.vals), maps.Clone(w.answers), maps.Clone(w.known)}
}

func anyone() *world {
	return &world{map[string]values{}, map[string]Tri{}, map[int]bool{}}
}

// assume narrows the world to where the question is answered so, and reports
// whether there is such a world.
func (w *world) assume(q *question, want bool) bool {
	switch {
	case q.fixed != none:
		return q.fixed == Of(want)
	case q.slot >= 0:
		return w.has(q.slot, want)
	}
	for _, s := range q.reads {
		if !w.has(s, true) {
			return false
		}
	}
	if q.value == "" {
		if a, asked := w.answers[q.key]; asked {
			return a == Of(want)
		}
		w.answers[q.key] = Of(want)
		return true
	}
	wanted := q.yes
	if !want {
		wanted = q.no
	}
	if q.under != "" && q.dflt != Of(want) { // the default says otherwise
		if !w.has(q.field, true) || !w.narrow(q.under, q.below, wanted) {
			return false
		}
	}
	return w.narrow(q.value, q.first, wanted)
}

func (w *world) has(slot int, want bool) bool {
	if is, said := w.known[slot]; said {
		return is == want
	}
	w.known[slot] = want
	return true
}

func (w *world) narrow(value string, first, to values) bool {
	v, ok := w.vals[value]
	if !ok {
		v = first
	}
	v = v.meet(to)
	w.vals[value] = v
	return !v.empty()
}
