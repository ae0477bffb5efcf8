package facts

// ApplyAge marks values that are max_age old or older at now (Unix
// nanoseconds) as Stale; they keep their value. A value is dated by the field
// its AsOf names, stale or not; while that is unknown or in the future, the
// value is as it was. Applying another now to the same facts is fine: a value
// that is young enough then is Known again.
func (l *Layout) ApplyAge(f *Facts, now int64) {
	for _, a := range l.aged {
		slot, asOf := &f.Slots[a.slot], &f.Slots[a.asOf]
		if !slot.State.held() || !asOf.State.held() {
			continue
		}
		slot.State = Known
		if now-a.maxAge <= now && asOf.Int <= now-a.maxAge { // the former is false on overflow
			slot.State = Stale
		}
	}
}

// held reports whether a slot of the state holds a value, fresh or not.
func (s State) held() bool { return s == Known || s == Stale }

// String is the state as records spell it, such as "wrong_type".
func (s State) String() string {
	switch s {
	case Absent:
		return "absent"
	case Null:
		return "null"
	case WrongType:
		return "wrong_type"
	case OutOfRange:
		return "out_of_range"
	case Stale:
		return "stale"
	case Known:
		return "known"
	default:
		return "unknown"
	}
}
