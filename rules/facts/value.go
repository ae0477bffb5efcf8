package facts

import "github.com/winnow-gate/winnow/rules/field"

// member reads the value of a key that the layout reads; depth is that of the
// object it stands in.
func (d *decoder) member(i int, n *node, dst []Slot, depth int) int {
	switch {
	case i >= len(d.body):
		d.fail(i, "")
		return d.inside(n)
	case n.leaf == nil && n.way != nil:
		i = d.along(i, n, depth)
	case n.leaf == nil:
		i = d.group(i, n, dst, depth)
	case n.leaf.item == nil:
		i = d.scalar(i, n.leaf, &dst[n.slot], depth)
	default:
		i = d.value(i, n.leaf, &dst[n.slot], depth)
	}
	if i < 0 {
		return d.inside(n)
	}
	return i
}

// value reads a single value or a list; i is before the end of the body.
func (d *decoder) value(i int, s *spec, dst *Slot, depth int) int {
	switch {
	case s.item == nil:
		return d.scalar(i, s, dst, depth)
	case d.body[i] == '[':
		return d.list(i+1, s, dst, depth+1)
	default:
		return d.noList(i, s, dst, depth)
	}
}

// group reads a group of fields, or says of all of them why it cannot.
func (d *decoder) group(i int, n *node, dst []Slot, depth int) int {
	c := d.body[i]
	if c == '{' {
		return d.object(i+1, n, dst, depth+1)
	}
	state := WrongType
	if c == 'n' {
		state = Null
	}
	for _, slot := range n.below {
		dst[slot] = Slot{State: state}
	}
	return d.skip(i, depth)
}

// noList reads what stands where a list should.
func (d *decoder) noList(i int, s *spec, dst *Slot, depth int) int {
	c := d.body[i]
	switch {
	case c == '"' && d.loose:
		text, ok, end := d.quoted(i)
		if end >= 0 {
			d.f.setText(s, dst, text, ok)
		}
		return end
	case c == '{' && d.record:
		return d.mark(i+1, s, dst, depth+1)
	case c == 'n':
		*dst = Slot{State: Null}
	default:
		*dst = Slot{State: WrongType}
	}
	return d.skip(i, depth)
}

// scalar reads a single value; depth is that of its parent.
func (d *decoder) scalar(i int, s *spec, dst *Slot, depth int) int {
	b := d.body
	switch c := b[i]; {
	case c == '"':
		return d.fromString(i, s, dst)
	case c == '-' || c-'0' <= 9:
		return d.fromNumber(i, s, dst)
	case c == '{' && d.record:
		return d.mark(i+1, s, dst, depth+1)
	case c == '{' || c == '[':
		*dst = Slot{State: WrongType}
		return d.skip(i, depth)
	case c == 'n':
		*dst = Slot{State: Null}
	case s.kind != field.Bool:
		*dst = Slot{State: WrongType}
	case c == 't':
		*dst = Slot{State: Known, Int: 1}
	default:
		*dst = Slot{State: Known}
	}
	return d.literal(i) // an error here discards what was stored
}

func (d *decoder) fromString(i int, s *spec, dst *Slot) int {
	end, escaped := d.text(i + 1)
	if end < 0 {
		return -1
	}
	ok := true
	text := view(d.body[i+1 : end])
	if escaped {
		text, ok = d.unescape(d.body[i+1 : end])
	}
	switch {
	case !ok:
		*dst = Slot{State: WrongType}
	case d.loose && !isTrimmed(text):
		d.f.setText(s, dst, text, true)
	case s.kind.Textual():
		s.storeString(dst, text)
	case d.loose:
		s.storeText(dst, text)
	case s.kind == field.Time:
		ns, state := parseTime(text)
		if *dst = (Slot{State: state}); state == Known {
			s.storeTime(dst, ns)
		}
	default:
		*dst = Slot{State: WrongType}
	}
	return end + 1
}

func (d *decoder) fromNumber(i int, s *spec, dst *Slot) int {
	n, end := parseNumber(d.body, i)
	if end < 0 {
		return d.fail(^end, "malformed number")
	}
	s.storeNumber(dst, n, d.body[i:end])
	return end
}

// storeNumber stores a number for any kind that takes one; text is the number
// as written.
func (s *spec) storeNumber(dst *Slot, n decimal, text []byte) {
	switch s.kind {
	case field.Int:
		if x, ok := n.int(); ok {
			s.storeInt(dst, x)
			return
		}
	case field.Float:
		s.storeFloat(dst, n.float(text))
		return
	case field.Time:
		if ns, ok := n.time(); ok {
			s.storeTime(dst, ns)
		} else {
			*dst = Slot{State: OutOfRange}
		}
		return
	case field.ID:
		if whole(text) {
			s.storeString(dst, view(text))
			return
		}
	}
	*dst = Slot{State: WrongType}
}

// whole reports whether a number is written with digits and a sign alone.
func whole(number []byte) bool {
	for _, c := range number {
		if c != '-' && c-'0' > 9 {
			return false
		}
	}
	return true
}
