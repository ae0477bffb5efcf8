package payload

import "github.com/winnow-gate/winnow/rules/facts"

// take goes over the value at i, where a path ends, and takes it along unless it is
// null or an empty text, which platforms send for a field that has nothing in it, or
// another was taken.
func (f *Found) take(i, path int) (end int) {
	b, e := f.b, &f.m.ends[path]
	switch {
	case b[i] == 'n', b[i] == '"' && i+1 < len(b) && b[i+1] == '"', f.values[path].how != notThere && !(e.item && !f.isJSON(path)):
		return skip(b, i)
	case b[i] == '"' && e.inner:
		return f.unquote(i, path)
	}
	end = -1
	if d := &f.direct; d.takes(e) {
		end = d.at(f, e, i)
	}
	if end < 0 {
		if end = skip(b, i); end < 0 {
			return -1
		}
	}
	f.values[path] = value{i, end, asItStands}
	return end
}

// isJSON checks a value that was in a string, once.
func (f *Found) isJSON(path int) bool {
	v := &f.values[path]
	if v.how == inString && facts.Valid(f.at(path)) {
		v.how = inStringJSON
	}
	return v.how != inString
}

// unquote goes over the string at i and takes along what is in it. Whether that
// is JSON shows when it is read, or when another item comes that may be taken in
// its place.
func (f *Found) unquote(i, path int) (end int) {
	start := len(f.room)
	f.room, end = appendUnquoted(f.room, f.b, i+1)
	if end >= 0 {
		f.values[path] = value{start, len(f.room), inString}
		if d, e := &f.direct, &f.m.ends[path]; d.takes(e) {
			d.put(f, e, f.at(path))
		}
	}
	return end
}

// direct reads values into facts as they are come upon, so that each is gone over
// once. Where something is odd it gives up, and Fill puts what was taken along.
type direct struct {
	on     bool
	layout *facts.Layout
	places []facts.Place // by rule
	fill   facts.Filler
	by     []uint8 // by rule: the rank of the path whose value it has, 0 for none
}

// ending is what is to be done where a path ends.
type ending struct {
	rule  int32 // the one that the path serves, when its paths' values alone decide on it; otherwise -1
	rank  uint8 // of the path among the rule's, from 1
	item  bool  // the path is one of some item of an array
	inner bool  // all rules want the JSON in the string that is there
	text  bool  // a number becomes a text
}

// share finds the rules that direct can serve, and the rest: those that may have a
// value without one in the payload, or that it leaves alone.
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
				e.rule, e.rank, e.text = int32(i), uint8(k+1), r.As == AsText
			}
		}
	}
}

// begin makes facts for the layout that was filled last, which is nearly always
// the one that is filled next.
func (d *direct) begin(f *Found) {
	p := f.m.places.Load()
	if p == nil || p.list == nil {
		return
	}
	d.on, d.layout, d.places = true, p.layout, p.list
	d.fill = p.layout.Filler(f.early.begin(p.layout))
	d.fill.Over(f.b)
	clear(d.by)
}

// end gives the facts to Fill.
func (d *direct) end(f *Found) {
	if d.on && f.err == nil {
		f.early.layout = d.layout
	}
	d.on = false
}

// at reads the value at i, where a path ends that it takes; end is -1 when that was
// not to be done.
func (d *direct) at(f *Found, e *ending, i int) (end int) {
	if c := f.b[i]; e.text && c != '"' && c != '{' && c != '[' {
		if end = skip(f.b, i); end >= 0 {
			d.put(f, e, f.read(AsText, f.b[i:end]))
		}
		return end
	}
	end = d.fill.PutAt(d.places[e.rule], i)
	if end < 0 || end < len(f.b) && f.b[end] > ' ' && f.b[end] != ',' && f.b[end] != '}' && f.b[end] != ']' {
		d.on = false
		return -1
	}
	d.by[e.rule] = e.rank
	return end
}

// put reads a value that does not stand in the payload.
func (d *direct) put(f *Found, e *ending, v []byte) {
	d.on = d.fill.Put(d.places[e.rule], v)
	d.fill.Over(f.b)
	d.by[e.rule] = e.rank
}

// takes reports whether to read a value where a path ends. One that would count in
// place of another that was read is too late.
func (d *direct) takes(e *ending) bool {
	if !d.on || e.rule < 0 {
		return false
	}
	if by := d.by[e.rule]; by != 0 {
		d.on = by < e.rank
		return false
	}
	return true
}
