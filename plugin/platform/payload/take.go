package payload

import "github.com/winnow-gate/winnow/rules/facts"

// take goes over the value at i, where a path ends, and takes it along unless it is
// null or an empty text, which platforms send for a field that has nothing in it, or
// another was taken.
func (f *Found) take(i, path int) (end int) {
	b, e := f.b, &f.m.ends[path]
	switch {
	case b[i] == 'n', b[i] == '"' && i+1 < len(b) && b[i+1] == '"', f.isThere(path) && !(e.item && !f.isJSON(path)):
		return skip(b, i)
	case b[i] == '"' && e.inner:
		return f.unquote(i, path)
	}
	if end = skip(b, i); end >= 0 {
		f.catch.Spans[path], f.how[path] = facts.Span{From: i, To: end}, asItStands
	}
	return end
}

// isJSON checks a value that was in a string, once.
func (f *Found) isJSON(path int) bool {
	how := &f.how[path]
	if *how == inString && facts.Valid(f.at(path)) {
		*how = inStringJSON
	}
	return *how != inString
}

// unquote goes over the string at i and takes along what is in it. Whether that
// is JSON shows when it is read, or when another item comes that may be taken in
// its place.
func (f *Found) unquote(i, path int) (end int) {
	start := len(f.room)
	if f.room, end = appendUnquoted(f.room, f.b, i+1); end >= 0 {
		f.catch.Spans[path], f.how[path] = facts.Span{From: start, To: len(f.room)}, inString
	}
	return end
}

// ending is what is to be done where a path ends.
type ending struct {
	steps []step
	rule  int   // the one that the path serves, when its paths' values alone decide on it; otherwise -1
	rank  uint8 // of the path among the rule's, from 1
	item  bool  // the path is one of some item of an array
	inner bool  // all rules want the JSON in the string that is there
	text  bool  // a number becomes a text
}

// share finds the rules that a projection can serve, and the rest: those that may
// have a value without one in the payload, or that it leaves alone.
func (m *Mapping) share() {
	times := make([]int, len(m.paths))
	for i := range m.rules {
		for _, path := range m.rules[i].from {
			if path >= 0 {
				times[path]++
			}
		}
	}
	for k := range m.ends {
		m.ends[k].rule = -1
	}
	for i := range m.rules {
		r := &m.rules[i]
		alone := r.Value == nil && len(r.from) < 256
		for _, path := range r.from {
			alone = alone && path >= 0 && times[path] == 1
		}
		if !alone || r.Default != nil {
			m.rest = append(m.rest, i)
		}
		for k, path := range r.from {
			if alone {
				e := &m.ends[path]
				e.rule, e.rank, e.text = i, uint8(k+1), r.As == AsText
			}
		}
	}
}

// project makes the projection of the paths that reads payloads into facts as they
// are gone over; nil when there is none.
func (m *Mapping) project(l *facts.Layout, places []facts.Place) *facts.Projection {
	paths := make([]facts.Path, len(m.ends))
	for k, e := range m.ends {
		p := &paths[k]
		*p = facts.Path{Rule: e.rule, Rank: e.rank, Strings: e.inner, Others: e.text}
		for _, s := range e.steps {
			p.Steps = append(p.Steps, facts.Step{Key: s.key, Index: s.index})
		}
		if e.rule >= 0 {
			p.To = places[e.rule]
		}
	}
	return l.Project(paths)
}

// project goes over the payload and reads it into facts at once, for the layout that
// was filled last, which is nearly always the one that is filled next. Where it does
// not, walk is to do all of it.
func (f *Found) project() (ok bool) {
	p := f.m.places.Load()
	if p == nil || p.projection == nil {
		return false
	}
	f.places, f.fill = p.list, p.layout.Filler(f.early.begin(p.layout))
	if f.end, ok = p.projection.Decode(f.b, &f.early.facts, &f.catch); !ok {
		f.forget()
		return false
	}
	f.early.layout, f.walked = p.layout, true
	return true
}

// taker reads what a projection leaves to it.
type taker Found

// Take implements facts.Taker.
func (t *taker) Take(path, at int) (end int) {
	f := (*Found)(t)
	e := &f.m.ends[path]
	var v []byte
	if f.b[at] == '"' {
		if end = f.unquote(at, path); end >= 0 {
			v = f.at(path)
		}
	} else if end = skip(f.b, at); end >= 0 {
		f.catch.Spans[path] = facts.Span{From: at, To: end}
		v = f.read(AsText, f.b[at:end])
	}
	if end < 0 || e.rule < 0 || f.catch.Ranks[e.rule] != e.rank {
		return end
	}
	if !f.fill.Put(f.places[e.rule], v) {
		return -1
	}
	return end
}
