package facts

// Equal reports whether two facts of this layout say the same: states, and the
// values of those that are Known or Stale. Where a list lies in its arena is
// not part of what it says.
func (l *Layout) Equal(a, b *Facts) bool {
	if len(a.Slots) != len(l.specs) || len(b.Slots) != len(l.specs) || a.Barred != b.Barred {
		return false
	}
	for i := range l.specs {
		if !equalSlot(&l.specs[i], a, b, &a.Slots[i], &b.Slots[i]) {
			return false
		}
	}
	return true
}

func equalSlot(s *spec, a, b *Facts, x, y *Slot) bool {
	switch {
	case x.State != y.State:
		return false
	case !x.State.held():
		return true
	case s.item == nil:
		return x.Int == y.Int && x.Str == y.Str
	case x.N != y.N:
		return false
	}
	for i := range int(x.N) {
		if s.row != nil {
			if !equalRow(a.Rows[int(x.Int)+i*s.width:][:s.width], b.Rows[int(y.Int)+i*s.width:][:s.width]) {
				return false
			}
			continue
		}
		xs, xn := a.item(s, x, i)
		ys, yn := b.item(s, y, i)
		if xs != ys || xn != yn {
			return false
		}
	}
	return true
}

func equalRow(x, y []Slot) bool {
	for i := range x {
		if x[i].State != y[i].State || x[i].Int != y[i].Int || x[i].Str != y[i].Str {
			return false
		}
	}
	return true
}
