package facts

import (
	"github.com/winnow-gate/winnow/rules/field"
)

// Keys that only records use; no field's name can be one of them.
const (
	keyState = "?" // of a value: its state; of the whole: the paths left out
	keyValue = "v" // of a value: the value itself, beside a state
	keyHash  = "#" // of a value: its keyed hash, or those of its items
	keyHeard = "^" // of the whole: the paths of values that were heard
	keyBar   = "!" // of the whole: why the contact is on the legal list
	keySaid  = "=" // of the whole: what was said of values left out
)

// DecodeRecord reads what AppendJSON wrote, perhaps for another layout, into
// the same facts: states that a body cannot express come back too. complete is
// false when the record lacks values of this layout's fields or holds only
// their hash (see Lost); such a hash is what String and ID fields then hold,
// and fields of other kinds are Absent. Errors are those of DecodeJSON.
func (l *Layout) DecodeRecord(record []byte, f *Facts) (complete bool, err error) {
	if err := l.decode(record, f, decoder{record: true}); err != nil {
		return false, err
	}
	return len(f.lost) == 0, nil
}

// Lost lists the slots whose values the record that f was decoded from left
// out or replaced by a hash. The slice is valid until f is reset.
func (f *Facts) Lost() []int { return f.lost }

// Said is the object that stands in the record that f was decoded from behind
// OpenSaid, nil for none. It is valid until the record is changed or f is reset.
func (f *Facts) Said() []byte { return f.said }

// OpenSaid makes room, in what AppendJSON appended when it was not complete, for
// what is said of the values left out: the members of an object, and "}}" behind
// them. The last byte of dst is overwritten.
func OpenSaid(dst []byte) []byte { return append(dst[:len(dst)-1], `,"=":{`...) }

// unread checks the value of a key that nothing reads; at the root of a record
// it may be the list of lost paths. from is where the key's text begins.
func (d *decoder) unread(i, from int, n *node, depth int) int {
	b := d.body
	if !d.record || n != &d.l.root || b[from+1] != '"' || i >= len(b) {
		return d.skip(i, depth)
	}
	switch {
	case b[from] == keyState[0] && b[i] == '[':
		return d.listed(i+1, depth+1, func(slot int) { d.f.lost = append(d.f.lost, slot) })
	case b[from] == keyHeard[0] && b[i] == '[': // written behind the values
		return d.listed(i+1, depth+1, func(slot int) { d.f.Slots[slot].Origin = Heard })
	case b[from] == keyBar[0] && b[i] == '"':
		text, _, end := d.quoted(i)
		d.f.Barred = text
		return end
	case b[from] == keySaid[0] && b[i] == '{':
		end := d.skip(i, depth)
		if end >= 0 {
			d.f.said = b[i:end]
		}
		return end
	}
	return d.skip(i, depth)
}

// listed reads a list of paths and calls f with the slots of those there are.
func (d *decoder) listed(i, depth int, f func(slot int)) int {
	item := plainSpec(field.String)
	var all Slot
	from := len(d.f.Strs)
	i = d.list(i, &spec{kind: field.List, item: &item}, &all, depth)
	if i < 0 || all.State != Known {
		return i
	}
	for _, path := range d.f.Strs[from:] {
		if slot := d.l.Slot(path); slot >= 0 {
			f(slot)
		}
	}
	d.f.Strs = d.f.Strs[:from]
	return i
}

// mark reads a value that a record gives with its state, or by its hash; i is
// after the brace, depth that of the marked value.
func (d *decoder) mark(i int, s *spec, dst *Slot, depth int) int {
	b := d.body
	if depth > MaxDepth {
		return d.fail(i, "nested too deep")
	}
	state := WrongType
	*dst = Slot{State: WrongType}
	for {
		if i = d.space(i); i >= len(b) || b[i] != '"' {
			return d.fail(i, "want a key in quotes")
		}
		from := i + 1
		if i = d.skipKey(i); i < 0 {
			return -1
		}
		if i = d.space(i); i >= len(b) {
			return d.fail(i, "")
		}
		switch b[from] {
		case keyState[0]:
			state, i = d.stateName(i, depth)
		case keyValue[0]:
			i = d.value(i, s, dst, depth)
		case keyHash[0]:
			i = d.hashed(i, s, dst, depth)
			if state == WrongType {
				state = Known
			}
		default:
			i = d.skip(i, depth)
		}
		if i < 0 {
			return -1
		}
		if i = d.space(i); i < len(b) && b[i] == ',' {
			i++
			continue
		}
		if i >= len(b) || b[i] != '}' {
			return d.fail(i, "want a comma or the end of the object")
		}
		if state != Stale && state != Known {
			*dst = Slot{State: state}
		} else if dst.State == Known {
			dst.State = state
		}
		return i + 1
	}
}

// stateName reads the name of a state; others than those a record marks are
// WrongType.
func (d *decoder) stateName(i, depth int) (State, int) {
	if d.body[i] != '"' {
		return WrongType, d.skip(i, depth)
	}
	name, _, end := d.quoted(i)
	for _, s := range [...]State{OutOfRange, Stale} {
		if s.String() == name {
			return s, end
		}
	}
	return WrongType, end
}

// hashed reads the hash of a value, which needs not be in the field's enum.
func (d *decoder) hashed(i int, s *spec, dst *Slot, depth int) int {
	plain := plainSpec(s.kind)
	item := plainSpec(field.String)
	switch {
	case s.item != nil && s.item.kind.Textual():
		plain.item = &item
	case !s.kind.Textual():
		*dst = Slot{}
		return d.skip(i, depth)
	}
	return d.value(i, &plain, dst, depth)
}
