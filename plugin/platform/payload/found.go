package payload

import "github.com/winnow-gate/winnow/rules/facts"

// Found is what a mapping found in a payload. It aliases the payload and serves
// one goroutine at a time, until Release.
type Found struct {
	m      *Mapping
	b      []byte
	from   int         // where the payload's object begins
	end    int         // and ends
	catch  facts.Catch // where the values are: in the payload, or in the room if they were in strings
	how    []taken     // by path
	texts  [][]byte    // that came beside the payload, as JSON; nil where there is none
	edits  []edit      // of a payload that is kept, in the order of their places
	room   []byte      // of values that are read in another way
	body   []byte      // once asked for
	walked bool
	err    error
	early  early
	fill   facts.Filler  // of the early facts
	places []facts.Place // by rule, for that
}

// taken is how a value was found.
type taken uint8

const (
	asItStands   taken = iota // in the payload
	inString                  // it was in a string, and may be no JSON
	inStringJSON              // it was in a string, and is JSON
)

// isThere reports whether there is a value at the end of a path.
func (f *Found) isThere(path int) bool { return f.catch.Spans[path].To != 0 }

// at is the value at the end of a path, nil when it is not there.
func (f *Found) at(path int) []byte {
	switch v := f.catch.Spans[path]; {
	case v.To == 0:
		return nil
	case f.how[path] == asItStands:
		return f.b[v.From:v.To]
	default:
		return f.room[v.From:v.To:v.To]
	}
}

// edit is a place in a payload that is kept, at which a rule may have its say.
type edit struct {
	from, to int // what stands there; nothing at the end of an object
	g        *group
	end      bool   // of an object: the group's members go there
	seen     uint64 // those that stand in the object already
	some     bool   // the object has members
}

// Find goes over a payload, once, and finds what the rules name. The payload must
// be a JSON object. Errors: ErrNotJSON, ErrNotObject, ErrTooDeep, *DoubledError.
// What is found is checked for ending, not for being right: who reads it does
// that. Where the rules do no more than to fill in what a payload leaves out,
// whoever reads the payload does all of it.
func (m *Mapping) Find(payload []byte) (*Found, error) { return m.FindBeside(payload, nil) }

// FindBeside is Find for a payload that comes with texts beside it: headers, or
// the attributes of the event that it is the data of. text gives one, "" for none.
func (m *Mapping) FindBeside(payload []byte, text func(name string) string) (*Found, error) {
	i := blank(payload, 0)
	if i >= len(payload) || payload[i] != '{' {
		return nil, ErrNotObject
	}
	f := m.found(payload, i)
	if text != nil {
		f.Beside(text)
	}
	if m.defaults || !m.keep && f.project() {
		return f, nil
	}
	if err := f.walk(); err != nil {
		f.Release()
		return nil, err
	}
	return f, nil
}

// found is memory for what is found in the payload whose object is at i.
func (m *Mapping) found(payload []byte, i int) *Found {
	f, _ := m.pool.Get().(*Found)
	if f == nil {
		n := len(m.paths)
		f = &Found{m: m, how: make([]taken, n), texts: make([][]byte, len(m.texts))}
		f.catch = facts.Catch{Spans: make([]facts.Span, n), Ranks: make([]uint8, len(m.rules)), Taker: (*taker)(f)}
	}
	f.b, f.from = payload, i
	return f
}

// Beside takes the texts that came beside the payload: see FindBeside.
func (f *Found) Beside(text func(name string) string) {
	for k, name := range f.m.texts {
		if t := text(name); t != "" {
			start := len(f.room)
			f.room = Quote(f.room, t)
			f.texts[k] = f.room[start:len(f.room):len(f.room)]
		}
	}
}

// walk goes over the payload.
func (f *Found) walk() error {
	if f.walked {
		return f.err
	}
	f.walked = true
	target := f.m.target
	if !f.m.keep {
		target = nil
	}
	f.end = f.value(f.from, f.m.source, target, 1)
	if f.err == nil && (f.end < 0 || blank(f.b, f.end) != len(f.b)) {
		f.err = ErrNotJSON
	}
	return f.err
}

// Release gives the memory back, but not what a huge payload made of it.
func (f *Found) Release() {
	const keep = 1 << 18
	if cap(f.room) > keep || cap(f.body) > keep {
		f.room, f.body = nil, nil
	}
	f.forget()
	clear(f.texts)
	f.b, f.edits, f.room, f.body, f.err = nil, f.edits[:0], f.room[:0], f.body[:0], nil
	f.walked, f.early.layout = false, nil
	f.m.pool.Put(f)
}

// forget forgets what was found.
func (f *Found) forget() {
	clear(f.catch.Spans)
	clear(f.catch.Ranks)
	clear(f.how)
}

// value goes over the value at i, taking along what n leads to and noting the
// places of g; either may be nil.
func (f *Found) value(i int, n *node, g *group, depth int) (end int) {
	isObject := f.b[i] == '{'
	through := true
	switch {
	case depth > MaxDepth:
		f.err = ErrTooDeep
		return -1
	case isObject && g != nil && len(g.kids) > 0:
		end = f.kept(i, n, g, depth)
	case isObject && n != nil && len(n.members) > 0:
		end = f.object(i, n, depth)
	case f.b[i] == '[' && n != nil && len(n.items) > 0:
		end = items(f.b, i, func(k, at int) int { return f.item(k, at, n, depth) })
	case n != nil && n.path >= 0:
		end, through = f.take(i, n.path), false
	default:
		end = skip(f.b, i)
	}
	if end >= 0 && through && n != nil && n.path >= 0 { // another path ends here
		end = f.take(i, n.path)
	}
	if end < 0 {
		return -1
	}
	if g != nil && (g.rule >= 0 || !isObject) {
		f.edits = append(f.edits, edit{from: i, to: end, g: g})
	}
	return end
}

// object goes over an object. What stands twice is an error where a path leads.
func (f *Found) object(i int, n *node, depth int) int {
	var seen uint64
	o := objectAt(f.b, i)
	for key, ok := o.next(); ok; key, ok = o.next() {
		k := n.names.find(o.name(key))
		if k < 0 {
			o.at = skip(f.b, o.at)
			continue
		}
		e := &n.members[k]
		if seen&(1<<k) != 0 {
			f.err = &DoubledError{e.key}
			return -1
		}
		seen |= 1 << k
		o.at = f.value(o.at, e.to, nil, depth+1)
	}
	return o.at
}

// kept goes over an object of a payload that is kept, in which rules may have their
// say; n may be nil. Of a field that stands twice the second is left as it is, for
// the gate to refuse.
func (f *Found) kept(i int, n *node, g *group, depth int) int {
	var seen, laid uint64
	o := objectAt(f.b, i)
	for key, ok := o.next(); ok; key, ok = o.next() {
		var to *node
		var kid *group
		if n != nil {
			if k := n.names.find(o.name(key)); k >= 0 {
				if seen&(1<<k) != 0 {
					f.err = &DoubledError{n.members[k].key}
					return -1
				}
				seen |= 1 << k
				to = n.members[k].to
			}
		}
		if k := g.names.find(view(key)); k >= 0 && laid&(1<<k) == 0 {
			laid |= 1 << k
			kid = g.kids[k]
		}
		if to == nil && kid == nil {
			o.at = skip(f.b, o.at)
		} else {
			o.at = f.value(o.at, to, kid, depth+1)
		}
	}
	if o.at >= 0 {
		f.edits = append(f.edits, edit{from: o.at - 1, to: o.at - 1, g: g, end: true, seen: laid, some: o.some})
	}
	return o.at
}

// item goes over one item, which several steps may lead to.
func (f *Found) item(k, at int, n *node, depth int) int {
	end := -1
	for i := range n.items {
		if e := &n.items[i]; e.index == k || e.index == anyItem {
			if end = f.value(at, e.to, nil, depth+1); end < 0 {
				return -1
			}
		}
	}
	if end < 0 {
		end = skip(f.b, at)
	}
	return end
}
