package facts

import "github.com/winnow-gate/winnow/rules/field"

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
	for more := true; more; {
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
		i, more = d.behindItem(i)
	}
	if i >= 0 {
		*dst = d.f.closeList(s, start, n, fault)
	}
	return i
}

// behindItem goes from the end of an item to the next one, or behind the array.
func (d *decoder) behindItem(i int) (at int, more bool) {
	b := d.body
	i = d.space(i)
	switch {
	case i < len(b) && b[i] == ',':
		return d.space(i + 1), true
	case i < len(b) && b[i] == ']':
		return i + 1, false
	}
	return d.fail(i, "want a comma or the end of the array"), false
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
