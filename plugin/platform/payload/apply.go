package payload

import (
	"bytes"
	"encoding/json"
)

// state is the memory of one payload.
type state struct {
	m      *Mapping
	b      []byte
	values [][]byte // by path; nil where there is none, or null
	err    error
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
	if m.paths > 0 {
		if err := s.find(i); err != nil {
			return dst, err
		}
	}
	if !m.keep {
		dst, _ = s.emit(append(dst, '{'), m.target, 0, true)
		return append(dst, '}'), nil
	}
	dst, end := s.merge(dst, i, m.target, 1)
	if end < 0 || blank(payload, end) != len(payload) {
		return dst, ErrNotJSON
	}
	return dst, nil
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

func (m *Mapping) done(s *state) {
	clear(s.values)
	s.b = nil
	m.states.Put(s)
}

// find looks for the values of all paths; i is the payload's brace.
func (s *state) find(i int) error {
	end := s.value(i, s.m.source, 1)
	switch {
	case s.err != nil:
		return s.err
	case end < 0 || blank(s.b, end) != len(s.b):
		return ErrNotJSON
	}
	return nil
}

// value goes over the value at i, taking along what n leads to.
func (s *state) value(i int, n *node, depth int) (end int) {
	switch {
	case depth > MaxDepth:
		s.err = ErrTooDeep
		return -1
	case s.b[i] == '{' && len(n.members) > 0:
		end = s.object(i, n, depth)
	case s.b[i] == '[' && len(n.items) > 0:
		end = items(s.b, i, func(k, at int) int { return s.item(k, at, n, depth) })
	default:
		end = skip(s.b, i)
	}
	if end >= 0 && n.path >= 0 && s.values[n.path] == nil && s.b[i] != 'n' {
		s.values[n.path] = s.b[i:end]
	}
	return end
}

func (s *state) object(i int, n *node, depth int) int {
	var seen uint64
	return members(s.b, i, func(key []byte, at int) int {
		k := n.member(key)
		if k < 0 {
			return skip(s.b, at)
		}
		if seen&(1<<k) != 0 {
			s.err = &DoubledError{n.members[k].key}
			return -1
		}
		seen |= 1 << k
		return s.value(at, n.members[k].to, depth+1)
	})
}

func (n *node) member(key []byte) int {
	if bytes.IndexByte(key, '\\') >= 0 {
		key = []byte(name(key))
	}
	for k := range n.members {
		if n.members[k].key == string(key) {
			return k
		}
	}
	return -1
}

// item goes over one item, which several steps may lead to.
func (s *state) item(k, at int, n *node, depth int) int {
	end := -1
	for i := range n.items {
		if e := &n.items[i]; e.index == k || e.index == anyItem {
			if end = s.value(at, e.to, depth+1); end < 0 {
				return -1
			}
		}
	}
	if end < 0 {
		end = skip(s.b, at)
	}
	return end
}

// given is what the rule makes of the payload, nil for nothing.
func (s *state) given(r *rule) []byte {
	if r.Value != nil {
		return r.Value
	}
	for _, path := range r.from {
		if v := s.values[path]; v != nil {
			if v = r.As.read(v); v != nil {
				return v
			}
		}
	}
	return nil
}

// read is the value as the rule wants it, nil when it can't be that.
func (a As) read(v []byte) []byte {
	switch {
	case a == AsText && v[0] != '"' && v[0] != '{' && v[0] != '[':
		return Quote(nil, string(v))
	case a == AsJSON && v[0] == '"':
		if inner := []byte(unquoted(v)); json.Valid(inner) {
			return inner
		}
		return nil
	}
	return v
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

// merge copies the object at i with the rules of g laid over it, and returns
// where the object ends. What stands twice is copied twice, for the gate to
// refuse.
func (s *state) merge(dst []byte, i int, g *group, depth int) ([]byte, int) {
	var seen uint64
	first := true
	dst = append(dst, '{')
	end := members(s.b, i, func(key []byte, at int) int {
		to := skip(s.b, at)
		if to < 0 || depth > MaxDepth {
			return -1
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(append(dst, '"'), key...), '"', ':')
		k := g.kid(key)
		if k < 0 || seen&(1<<k) != 0 {
			dst = append(dst, s.b[at:to]...)
			return to
		}
		seen |= 1 << k
		dst = s.mergeOne(dst, s.b[at:to], at, g.kids[k], depth)
		return to
	})
	if end < 0 {
		return dst, -1
	}
	dst, _ = s.emit(dst, g, seen, first)
	return append(dst, '}'), end
}

// mergeOne appends the value that a member has after all: v is what stands at
// at.
func (s *state) mergeOne(dst, v []byte, at int, g *group, depth int) []byte {
	if g.rule < 0 {
		if v[0] == '{' {
			out, end := s.merge(dst, at, g, depth+1)
			if end >= 0 {
				return out
			}
		} else if out, any := s.emitOne(dst, g); any {
			return out
		}
		return append(dst, v...) // broken, or with nothing to lay over it
	}
	r := &s.m.rules[g.rule]
	if given := s.given(r); given != nil {
		return append(dst, given...)
	}
	if v[0] == 'n' && r.Default != nil {
		return append(dst, r.Default...)
	}
	return append(dst, v...)
}

func (g *group) kid(key []byte) int {
	for k := range g.kids {
		if g.kids[k].name == string(key) {
			return k
		}
	}
	return -1
}
