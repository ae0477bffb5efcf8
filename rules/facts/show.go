package facts

import "github.com/winnow-gate/winnow/rules/field"

// Field is the field of a slot.
func (l *Layout) Field(slot int) *field.Field { return &l.fields[slot] }

// AppendValue appends a slot's value as JSON, whatever the field's sensitivity;
// nothing unless it is Known.
func (l *Layout) AppendValue(dst []byte, f *Facts, slot int) []byte {
	if f.Slots[slot].State != Known {
		return dst
	}
	w := writer{dst: dst, f: f, all: true}
	w.value(&l.specs[slot], &f.Slots[slot])
	return w.dst
}

// CopyFrom makes f hold the same facts as g, of the same layout. The slots are
// copied; what they point at is shared and must not be changed.
func (f *Facts) CopyFrom(g *Facts) {
	f.Slots = append(f.Slots[:0], g.Slots...)
	f.Strs = append(f.Strs[:0], g.Strs...)
	f.Nums = append(f.Nums[:0], g.Nums...)
	f.Rows = append(f.Rows[:0], g.Rows...)
}
