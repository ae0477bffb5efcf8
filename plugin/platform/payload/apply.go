package payload

import (
	"unsafe"

	"github.com/winnow-gate/winnow/rules/facts"
)

// state is the memory of one payload.
type state struct {
	m      *Mapping
	b      []byte
	values [][]byte // by path; nil where there is none, or null
	edits  []edit   // of a payload that is kept, in the order of their places
	room   []byte   // of values that are read in another way
	err    error
}

// edit is a place in a payload that is kept, at which a rule may have its say.
type edit struct {
	from, to int // what stands there; nothing at the end of an object
	g        *group
	end      bool   // of an object: the group's members go there
	seen     uint64 // those that stand in the object already
	some     bool   // the object has members
}

// Append appends the body that a payload means. The payload must be a JSON
// object. Errors: ErrNotJSON, ErrNotObject, ErrTooDeep, *DoubledError. Values
// that are copied are checked for ending, not for being right: who reads the
// body does that.
func (m *Mapping) Append(dst, payload []byte) ([]byte, error) {
	i := blank(payload, 0)
	if i >= len(payload) || payload[i] != '{' {
		return dst, ErrNotObject
	}
	if m.Copies() {
		return append(dst, payload...), nil
	}
	s := m.state(payload)
	defer m.done(s)
	target := m.target
	if !m.keep {
		target = nil
	}
	end := s.value(i, m.source, target, 1)
	switch {
	case s.err != nil:
		return dst, s.err
	case end < 0 || blank(payload, end) != len(payload):
		return dst, ErrNotJSON
	case m.keep:
		return s.apply(dst, i, end), nil
	}
	dst, _ = s.emit(append(dst, '{'), m.target, 0, true)
	return append(dst, '}'), nil
}

// Copies tells whether bodies are the payloads as they stand.
func (m *Mapping) Copies() bool { return m == nil || m.keep && len(m.rules) == 0 }

func (m *Mapping) state(b []byte) *state {
	s, _ := m.states.Get().(*state)
	if s == nil {
		s = &state{m: m, values: make([][]byte, m.paths)}
	}
	s.b, s.err = b, nil
	return s
}

// done gives the memory back, but not what a huge payload made of it.
func (m *Mapping) done(s *state) {
	const keep = 1 << 18
	if cap(s.room) > keep {
		s.room = nil
	}
	clear(s.values)
	s.b, s.edits, s.room = nil, s.edits[:0], s.room[:0]
	m.states.Put(s)
}

// value goes over the value at i, taking along what n leads to and noting the
// places of g; either may be nil.
func (s *state) value(i int, n *node, g *group, depth int) (end int) {
	isObject := s.b[i] == '{'
	switch {
	case depth > MaxDepth:
		s.err = ErrTooDeep
		return -1
	case isObject && (n != nil && len(n.members) > 0 || g != nil && len(g.kids) > 0):
		end = s.object(i, n, g, depth)
	case s.b[i] == '"' && n != nil && n.path >= 0 && s.m.inner[n.path]:
		end = s.unquote(i, n.path)
	case s.b[i] == '[' && n != nil && len(n.items) > 0:
		end = items(s.b, i, func(k, at int) int { return s.item(k, at, n, depth) })
	default:
		end = skip(s.b, i)
	}
	if end < 0 {
		return -1
	}
	if n != nil && n.path >= 0 && s.values[n.path] == nil && s.b[i] != 'n' && (s.b[i] != '"' || !s.m.inner[n.path]) {
		s.values[n.path] = s.b[i:end]
	}
	if g != nil && (g.rule >= 0 || !isObject) {
		s.edits = append(s.edits, edit{from: i, to: end, g: g})
	}
	return end
}

// unquote goes over the string at i and takes the JSON in it, if it is some.
func (s *state) unquote(i, path int) (end int) {
	start := len(s.room)
	s.room, end = appendUnquoted(s.room, s.b, i+1)
	if inner := s.room[start:len(s.room):len(s.room)]; end >= 0 && s.values[path] == nil && facts.Valid(inner) {
		s.values[path] = inner
	}
	return end
}

// object goes over an object. What stands twice is an error where a path leads;
// otherwise the second is left as it is, for the gate to refuse.
func (s *state) object(i int, n *node, g *group, depth int) int {
	var seen, laid uint64
	o := objectAt(s.b, i)
	for key, ok := o.next(); ok; key, ok = o.next() {
		var to *node
		if n != nil {
			if k := n.names.find(o.name(key)); k >= 0 {
				if seen&(1<<k) != 0 {
					s.err = &DoubledError{n.members[k].key}
					return -1
				}
				seen |= 1 << k
				to = n.members[k].to
			}
		}
		var kid *group
		if g != nil {
			if k := g.names.find(view(key)); k >= 0 && laid&(1<<k) == 0 {
				laid |= 1 << k
				kid = g.kids[k]
			}
		}
		if to == nil && kid == nil {
			o.at = skip(s.b, o.at)
		} else {
			o.at = s.value(o.at, to, kid, depth+1)
		}
	}
	if o.at >= 0 && g != nil {
		s.edits = append(s.edits, edit{from: o.at - 1, to: o.at - 1, g: g, end: true, seen: laid, some: o.some})
	}
	return o.at
}

// item goes over one item, which several steps may lead to.
func (s *state) item(k, at int, n *node, depth int) int {
	end := -1
	for i := range n.items {
		if e := &n.items[i]; e.index == k || e.index == anyItem {
			if end = s.value(at, e.to, nil, depth+1); end < 0 {
				return -1
			}
		}
	}
	if end < 0 {
		end = skip(s.b, at)
	}
	return end
}

// apply appends the payload from i to end with the rules laid over it.
func (s *state) apply(dst []byte, i, end int) []byte {
	for k := range s.edits {
		e := &s.edits[k]
		dst = append(dst, s.b[i:e.from]...)
		i = e.from
		if e.end {
			dst, _ = s.emit(dst, e.g, e.seen, !e.some)
			continue
		}
		if out, ok := s.instead(dst, e); ok {
			dst, i = out, e.to
		}
	}
	return append(dst, s.b[i:end]...)
}

// instead appends what counts in place of what stands at e; ok is false when
// that stays.
func (s *state) instead(dst []byte, e *edit) (_ []byte, ok bool) {
	if e.g.rule < 0 {
		return s.emitOne(dst, e.g)
	}
	r := &s.m.rules[e.g.rule]
	v := s.given(r)
	if v == nil && s.b[e.from] == 'n' {
		v = r.Default
	}
	return append(dst, v...), v != nil
}

// given is what the rule makes of the payload, nil for nothing.
func (s *state) given(r *rule) []byte {
	if r.Value != nil {
		return r.Value
	}
	for _, path := range r.from {
		v := s.values[path]
		switch {
		case v == nil:
		case s.m.inner[path]:
			return v
		default:
			if v = s.read(r.As, v); v != nil {
				return v
			}
		}
	}
	return nil
}

// read is the value as the rule wants it, nil when it can't be that.
func (s *state) read(a As, v []byte) []byte {
	start := len(s.room)
	switch {
	case a == AsText && v[0] != '"' && v[0] != '{' && v[0] != '[':
		s.room = Quote(s.room, view(v))
	case a == AsJSON && v[0] == '"':
		s.room, _ = appendUnquoted(s.room, v, 1)
		if !facts.Valid(s.room[start:]) {
			return nil
		}
	default:
		return v
	}
	return s.room[start:len(s.room):len(s.room)]
}

// emit appends the members of a group that have a value, but those in skip. It
// tells whether it has appended any; first says that none stands before them.
func (s *state) emit(dst []byte, g *group, skip uint64, first bool) ([]byte, bool) {
	any := false
	for k, kid := range g.kids {
		if skip&(1<<k) != 0 {
			continue
		}
		before := len(dst)
		if !first {
			dst = append(dst, ',')
		}
		dst = append(dst, kid.key...)
		var ok bool
		if dst, ok = s.emitOne(dst, kid); !ok {
			dst = dst[:before]
			continue
		}
		first, any = false, true
	}
	return dst, any
}

func (s *state) emitOne(dst []byte, g *group) ([]byte, bool) {
	if g.rule < 0 {
		dst, any := s.emit(append(dst, '{'), g, 0, true)
		return append(dst, '}'), any
	}
	r := &s.m.rules[g.rule]
	v := s.given(r)
	if v == nil {
		v = r.Default
	}
	return append(dst, v...), v != nil
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
