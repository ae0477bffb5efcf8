package facts

import (
	"github.com/winnow-gate/winnow/rules/field"
)

// member reads the value of a key that the layout reads; depth is that of the
// object it stands in.
func (d *decoder) member(i int, n *node, dst []Slot, depth int) int {
	switch {
	case i >= len(d.body):
		d.fail(i, "")
		return d.inside(n)
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
	case d.loose:
		d.f.setText(s, dst, text, ok)
	case !ok:
		*dst = Slot{State: WrongType}
	case s.kind.Textual():
		s.storeString(dst, text)
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

// list reads the items of a list; i is after its bracket, depth that of the
// list. The first item at fault decides the state; the rest is only checked.
func (d *decoder) list(i int, s *spec, dst *Slot, depth int) int {
	b := d.body
	start := d.f.open(s)
	fault, n := Known, 0
	if i = d.space(i); i < len(b) && b[i] == ']' {
		*dst = d.f.closeList(s, start, n, fault)
		return i + 1
	}
	for {
		if i >= len(b) {
			return d.fail(i, "")
		}
		if n == field.MaxListItems && fault == Known {
			fault = OutOfRange
		}
		if fault != Known {
			i = d.skip(i, depth)
		} else {
			i, fault = d.listItem(i, s, depth)
			n++
		}
		if i < 0 {
			return -1
		}
		if i = d.space(i); i >= len(b) || b[i] != ',' {
			break
		}
		i = d.space(i + 1)
	}
	if i >= len(b) || b[i] != ']' {
		return d.fail(i, "want a comma or the end of the array")
	}
	*dst = d.f.closeList(s, start, n, fault)
	return i + 1
}

// listItem reads one item into the arena of its kind.
func (d *decoder) listItem(i int, s *spec, depth int) (end int, fault State) {
	if s.row != nil {
		if d.body[i] != '{' {
			return d.skip(i, depth), WrongType
		}
		return d.object(i+1, s.row, d.f.addRow(s.width), depth+1), Known
	}
	var item Slot
	end = d.scalar(i, s.item, &item, depth)
	return end, d.f.addItem(s.item, item)
}

// open is where the items of the next list will start in their arena.
func (f *Facts) open(s *spec) int {
	switch {
	case s.row != nil:
		return len(f.Rows)
	case s.item.kind.Textual():
		return len(f.Strs)
	default:
		return len(f.Nums)
	}
}

// addItem appends a single value to a list, unless it may not be used: then
// it says what that makes of the list.
func (f *Facts) addItem(item *spec, v Slot) (fault State) {
	switch {
	case v.State != Known && v.State != OutOfRange:
		return WrongType
	case v.State != Known:
		return v.State
	case item.kind.Textual():
		f.Strs = append(f.Strs, v.Str)
	default:
		f.Nums = append(f.Nums, v.Int)
	}
	return Known
}

// closeList is the slot of a list of n items from start; at fault, its items
// are given up.
func (f *Facts) closeList(s *spec, start, n int, fault State) Slot {
	if fault == Known {
		return Slot{State: Known, Int: int64(start), N: int32(n)}
	}
	switch {
	case s.row != nil:
		f.Rows = f.Rows[:start]
	case s.item.kind.Textual():
		f.Strs = f.Strs[:start]
	default:
		f.Nums = f.Nums[:start]
	}
	return Slot{State: fault}
}
