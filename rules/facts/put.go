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
}

// Place finds the place of a path, for Put. ok is false for a path below a
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
	p.node = n
	return p, true
}

// Put puts one value, as JSON, into f, which must have been reset to this layout.
// It does what DecodeJSONLoose would do with a body that has the value at the
// place, and takes each place at most once. When ok is false a body with the
// value would be an error, and f is to be reset.
//
// Strings alias value. It may be cut out of a larger text: what is behind it, up
// to its capacity, is looked at, because words are read faster than bytes.
func (l *Layout) Put(f *Facts, p Place, value []byte) (ok bool) {
	d := decoder{body: value[:cap(value)], f: f, l: l, loose: true}
	end := d.space(0)
	switch {
	case end >= len(value):
		return false
	case p.node == nil:
		end = d.skip(end, p.depth)
	default:
		f.forget(l.wide)
		end = d.member(end, p.node, f.Slots, p.depth)
	}
	if end < 0 || end > len(value) || len(bytes.TrimLeft(value[end:], " \t\r\n")) > 0 {
		return false
	}
	return d.high&highBits == 0 || utf8.Valid(value)
}
