package facts

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Place is where the value of a dotted path goes in a layout: into a field, into
// the fields of a group, or nowhere.
type Place struct {
	node  *node // nil: the layout does not read the path
	depth int   // of the object that the value stands in
	one   *spec // of a field that holds one value and no list
	slot  int   // of a field
}

// Place finds the place of a path, for a Filler. ok is false for a path below a
// field: there its value would make the field WrongType.
func (l *Layout) Place(path string) (p Place, ok bool) {
	n := &l.root
	for name := range strings.SplitSeq(path, ".") {
		p.depth++
		if n == nil {
			continue
		}
		if n.leaf != nil {
			return Place{}, false
		}
		n = n.child(name)
	}
	if p.node = n; n != nil && n.leaf != nil {
		p.slot = n.slot
		if n.leaf.item == nil {
			p.one = n.leaf
		}
	}
	return p, true
}

// Filler puts values into facts, one at a time.
type Filler struct{ d decoder }

// Filler makes one for f, which must have been reset to this layout.
func (l *Layout) Filler(f *Facts) Filler {
	f.forget(l.wide)
	return Filler{decoder{f: f, l: l, loose: true}}
}

// State is the state of the field at a place; ok is false when the place is none
// of a field.
func (x *Filler) State(p Place) (state State, ok bool) {
	if p.node == nil || p.node.leaf == nil {
		return Absent, false
	}
	return x.d.f.Slots[p.slot].State, true
}

// MetBlank reports whether some text that was read had no content: its field is
// Absent, like one that was not given.
func (x *Filler) MetBlank() bool { return x.d.f.blank }

// Put puts a value, as JSON, into a place. It does what DecodeJSONLoose would do
// with a body that has the value there, and takes each place at most once. When
// ok is false a body with the value would be an error, and the facts are to be
// reset.
//
// Strings alias value. It may be cut out of a larger text: what is behind it, up
// to its capacity, is looked at, because words are read faster than bytes.
func (x *Filler) Put(p Place, value []byte) (ok bool) {
	d := &x.d
	d.body, d.high = value[:cap(value)], 0
	i := d.space(0)
	if i >= len(value) {
		return false
	}
	end := d.put(i, &p)
	if end < 0 || end > len(value) || d.high&highBits != 0 && !utf8.Valid(value[i:end]) {
		return false
	}
	return end == len(value) || len(bytes.TrimLeft(value[end:], " \t\r\n")) == 0
}

// put reads the value at i into a place.
func (d *decoder) put(i int, p *Place) (end int) {
	switch {
	case p.one != nil && d.body[i] == '"': // as member does, straight
		return d.fromString(i, p.one, &d.f.Slots[p.slot])
	case p.node == nil:
		return d.skip(i, p.depth)
	default:
		return d.member(i, p.node, d.f.Slots, p.depth)
	}
}
