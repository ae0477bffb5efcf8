package payload

import (
	"bytes"
	"strings"
	"unsafe"

	"github.com/winnow-gate/winnow/rules/facts"
)

// Append appends the body that a payload means. Errors are those of Find.
func (m *Mapping) Append(dst, payload []byte) ([]byte, error) {
	if m.Copies() {
		if i := blank(payload, 0); i >= len(payload) || payload[i] != '{' {
			return dst, ErrNotObject
		}
		return append(dst, payload...), nil
	}
	f, err := m.Find(payload)
	if err != nil {
		return dst, err
	}
	defer f.Release()
	return f.Append(dst), nil
}

// Copies reports whether bodies are the payloads as they stand.
func (m *Mapping) Copies() bool { return m == nil || m.keep && len(m.rules) == 0 }

// Body is the body that was found. It is good until Release.
func (f *Found) Body() []byte {
	if len(f.body) == 0 {
		f.body = f.Append(f.body)
	}
	return f.body
}

// First is what the body has at a field's dotted path, nil for nothing. It writes
// the body out only where that must be. Of a name that stands twice the first
// counts: whoever reads the body refuses it.
func (f *Found) First(field string) []byte {
	for i := range f.m.rules {
		r := &f.m.rules[i]
		switch {
		case r.Field == field:
			return f.laid(r)
		case isBelow(r.Field, field), isBelow(field, r.Field):
			return At(f.Body(), field)
		}
	}
	if !f.m.keep {
		return nil
	}
	return At(f.b[f.from:], field)
}

// Payload is what the payload has at a path of keys, nil for nothing. One that a
// rule names was found already.
func (f *Found) Payload(path string) []byte {
	if i, ok := f.m.paths[path]; ok && f.walked {
		return f.at(i)
	}
	return At(f.b[f.from:], path)
}

// isBelow reports whether a path leads on from another.
func isBelow(path, from string) bool {
	return len(path) > len(from) && path[len(from)] == '.' && strings.HasPrefix(path, from)
}

// laid is what the body has where a rule is laid over it.
func (f *Found) laid(r *rule) (v []byte) {
	if !f.m.defaults {
		v = f.given(r, true)
	}
	if v == nil && f.m.keep {
		v = At(f.b[f.from:], r.Field)
	}
	v = bytes.TrimSpace(v)
	switch {
	case len(v) == 0 || v[0] == 'n':
		return f.instead(r)
	case string(v) == `""`: // gives way to a text beside the payload, not to a default
		if text := f.beside(r); text != nil {
			return text
		}
	}
	return v
}

// instead is what counts where a payload that is kept has nothing.
func (f *Found) instead(r *rule) []byte {
	if text := f.beside(r); text != nil {
		return text
	}
	return r.Default
}

// beside is the first of a rule's texts that came beside the payload, nil for none.
func (f *Found) beside(r *rule) []byte {
	for _, path := range r.from {
		if path < 0 && f.texts[^path] != nil {
			return f.texts[^path]
		}
	}
	return nil
}

// Append appends the body that was found.
func (f *Found) Append(dst []byte) []byte {
	if f.walk() != nil {
		return append(dst, f.b[f.from:]...) // for whoever reads it to say what is wrong
	}
	if f.m.keep {
		return f.apply(dst, f.from, f.end)
	}
	dst, _ = f.emit(append(dst, '{'), f.m.target, 0, true)
	return append(dst, '}')
}

// apply appends the payload from i to end with the rules laid over it.
func (f *Found) apply(dst []byte, i, end int) []byte {
	for k := range f.edits {
		e := &f.edits[k]
		dst = append(dst, f.b[i:e.from]...)
		i = e.from
		if e.end {
			dst, _ = f.emit(dst, e.g, e.seen, !e.some)
			continue
		}
		if out, ok := f.replace(dst, e); ok {
			dst, i = out, e.to
		}
	}
	return append(dst, f.b[i:end]...)
}

// replace appends what counts in place of what stands at e; ok is false when
// that stays.
func (f *Found) replace(dst []byte, e *edit) (_ []byte, ok bool) {
	if e.g.rule < 0 {
		return f.emitOne(dst, e.g)
	}
	r := &f.m.rules[e.g.rule]
	v := f.given(r, true)
	if v == nil && f.b[e.from] == 'n' {
		v = r.Default
	}
	return append(dst, v...), v != nil
}

// given is what the rule makes of the payload, nil for nothing. What was in a
// string counts if it is JSON, or at once when whoever reads it finds out.
func (f *Found) given(r *rule, check bool) []byte {
	if r.Value != nil {
		return r.Value
	}
	for _, path := range r.from {
		if path < 0 {
			if v := f.texts[^path]; v != nil {
				return v
			}
			continue
		}
		switch {
		case !f.isThere(path):
		case f.how[path] == asItStands:
			if v := f.read(r.As, f.at(path)); v != nil {
				return v
			}
		case !check || f.isJSON(path):
			return f.at(path)
		}
	}
	return nil
}

// read is the value as the rule wants it, nil when it can't be that.
func (f *Found) read(a As, v []byte) []byte {
	start := len(f.room)
	switch {
	case a == AsText && v[0] != '"' && v[0] != '{' && v[0] != '[':
		f.room = Quote(f.room, view(v))
	case a == AsJSON && v[0] == '"':
		f.room, _ = appendUnquoted(f.room, v, 1)
		if !facts.Valid(f.room[start:]) {
			return nil
		}
	default:
		return v
	}
	return f.room[start:len(f.room):len(f.room)]
}

// emit appends the members of a group that have a value, but those in skip. It
// reports whether it has appended any; first says that none stands before them.
func (f *Found) emit(dst []byte, g *group, skip uint64, first bool) ([]byte, bool) {
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
		if dst, ok = f.emitOne(dst, kid); !ok {
			dst = dst[:before]
			continue
		}
		first, any = false, true
	}
	return dst, any
}

func (f *Found) emitOne(dst []byte, g *group) ([]byte, bool) {
	if g.rule < 0 {
		dst, any := f.emit(append(dst, '{'), g, 0, true)
		return append(dst, '}'), any
	}
	r := &f.m.rules[g.rule]
	v := f.given(r, true)
	if v == nil {
		v = r.Default
	}
	return append(dst, v...), v != nil
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
