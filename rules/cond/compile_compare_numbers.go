package cond

import "github.com/winnow-gate/winnow/rules/facts"

func compareInts(v *verdict, l, r *node) triFn {
	if r.op == opConst {
		return compareIntConst(v, l, constInt(r.val))
	}
	a, b := compileInt(l), compileInt(r)
	return func(f *Frame) Tri {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return v.ints(x, y)
	}
}

func compareIntConst(v *verdict, l *node, c int64) triFn {
	if l.op == opCall && l.name == "days_since" {
		if fn := compareDays(v, l.args[0], c); fn != nil {
			return fn
		}
	}
	slot := l.slot
	switch l.op {
	case opField:
		return func(f *Frame) Tri {
			s := &f.Facts.Slots[slot]
			if s.State != facts.Known {
				return Unknown
			}
			return v.ints(s.Int, c)
		}
	case opMember:
		return func(f *Frame) Tri {
			s := &f.Facts.Rows[f.base+slot]
			if s.State != facts.Known {
				return Unknown
			}
			return v.ints(s.Int, c)
		}
	}
	get := compileInt(l)
	return func(f *Frame) Tri {
		x, st := get(f)
		if st != True {
			return st
		}
		return v.ints(x, c)
	}
}

// compareDays is days_since(field or member) against a constant; nil for
// anything else.
func compareDays(v *verdict, l *node, c int64) triFn {
	slot := l.slot
	switch l.op {
	case opField:
		return func(f *Frame) Tri {
			s := &f.Facts.Slots[slot]
			if s.State != facts.Known {
				return Unknown
			}
			return v.ints(daysBetween(s.Int, f.Now), c)
		}
	case opMember:
		return func(f *Frame) Tri {
			s := &f.Facts.Rows[f.base+slot]
			if s.State != facts.Known {
				return Unknown
			}
			return v.ints(daysBetween(s.Int, f.Now), c)
		}
	default:
		return nil
	}
}

func compareFloats(v *verdict, l, r *node) triFn {
	if r.op == opConst {
		return compareFloatConst(v, l, number(r.val))
	}
	a, b := compileFloat(l), compileFloat(r)
	return func(f *Frame) Tri {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return v.floats(x, y)
	}
}

func compareFloatConst(v *verdict, l *node, c float64) triFn {
	slot := l.slot
	if l.typ.kind == kFloat {
		switch l.op {
		case opField:
			return func(f *Frame) Tri {
				s := &f.Facts.Slots[slot]
				if s.State != facts.Known {
					return Unknown
				}
				return v.floats(bitsFloat(s.Int), c)
			}
		case opMember:
			return func(f *Frame) Tri {
				s := &f.Facts.Rows[f.base+slot]
				if s.State != facts.Known {
					return Unknown
				}
				return v.floats(bitsFloat(s.Int), c)
			}
		}
	}
	get := compileFloat(l)
	return func(f *Frame) Tri {
		x, st := get(f)
		if st != True {
			return st
		}
		return v.floats(x, c)
	}
}
