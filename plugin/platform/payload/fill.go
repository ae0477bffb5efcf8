package payload

import "github.com/winnow-gate/winnow/rules/facts"

// places are where the values of a mapping's rules go in a layout.
type places struct {
	layout *facts.Layout
	list   []facts.Place // by rule; nil when a rule leads below a field
	// projection reads payloads that are not kept; nil when there is none.
	projection *facts.Projection
}

// Fill puts what was found into facts that have just been reset to a layout, with
// strings read as what their field holds: as decoding the body of Append loosely
// would, without writing that body. When ok is false the body is to be read
// instead, because something is wrong with it, or because it is a payload that is
// kept and changed.
func (f *Found) Fill(l *facts.Layout, to *facts.Facts) (ok bool) {
	list := f.m.placesIn(l)
	switch {
	case list == nil:
		return false
	case f.m.defaults:
		return f.fillDefaults(l, to, list)
	case f.m.keep:
		return false
	}
	if f.early.handOver(l, to) {
		fill := l.Filler(to)
		for _, i := range f.m.rest {
			if f.catch.Ranks[i] == 0 && !f.fillRule(&fill, &f.m.rules[i], list[i]) {
				return false
			}
		}
		return true
	}
	fill := l.Filler(to)
	for i := range f.m.rules {
		if !f.fillRule(&fill, &f.m.rules[i], list[i]) {
			return false
		}
	}
	return true
}

func (f *Found) fillRule(fill *facts.Filler, r *rule, to facts.Place) (ok bool) {
	v := f.given(r, false)
	if v == nil {
		v = r.Default
	}
	return v == nil || fill.Put(to, v)
}

// fillDefaults reads the payload itself, and fills in what it leaves out.
func (f *Found) fillDefaults(l *facts.Layout, to *facts.Facts, list []facts.Place) (ok bool) {
	if !f.early.handOver(l, to) && l.DecodeJSONLoose(f.b[f.from:], to) != nil {
		return false
	}
	fill := l.Filler(to)
	for i := range f.m.rules {
		r := &f.m.rules[i]
		switch state, ok := fill.State(list[i]); {
		case !ok:
			return false
		case state == facts.Known:
		case state != facts.Absent, fill.MetBlank() && At(f.b[f.from:], r.Field) != nil:
			return false // null may stand for the whole group, and an empty text stays
		default:
			if v := f.instead(r); v != nil && !fill.Put(list[i], v) {
				return false
			}
		}
	}
	return true
}

// placesIn finds the places in a layout once: bundles are swapped seldom.
func (m *Mapping) placesIn(l *facts.Layout) []facts.Place {
	if p := m.places.Load(); p != nil && p.layout == l {
		return p.list
	}
	p := &places{layout: l, list: make([]facts.Place, 0, len(m.rules))}
	for i := range m.rules {
		place, ok := l.Place(m.rules[i].Field)
		if !ok {
			p.list = nil
			break
		}
		p.list = append(p.list, place)
	}
	if p.list != nil && !m.keep {
		p.projection = m.project(l, p.list)
	}
	m.places.Store(p)
	return p.list
}
