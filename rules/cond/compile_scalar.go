package cond

import (
	"math"

	"github.com/winnow-gate/winnow/rules/facts"
)

// The closures that read values answer True with a value, or Unknown or Error
// without one. A bool's closure answers the value itself.
type (
	triFn   func(*Frame) Tri
	intFn   func(*Frame) (int64, Tri)
	floatFn func(*Frame) (float64, Tri)
	textFn  func(*Frame) (string, Tri)
)

func floatBits(x float64) int64 { return int64(math.Float64bits(x)) }

func bitsFloat(i int64) float64 { return math.Float64frombits(uint64(i)) }

// slotFn finds the slot that a field, member or indexed member reads; nil when
// there is no such item.
func slotFn(n *node) func(*Frame) *facts.Slot {
	switch n.op {
	case opField:
		i := n.slot
		return func(f *Frame) *facts.Slot { return &f.Facts.Slots[i] }
	case opMember:
		i := n.slot
		return func(f *Frame) *facts.Slot { return &f.Facts.Rows[f.base+i] }
	case opIndex:
		if n.slot < 0 {
			return nil
		}
		list, at, member, width := n.args[0].slot, n.val.(int64), n.slot, len(n.args[0].typ.members)
		return func(f *Frame) *facts.Slot {
			s := &f.Facts.Slots[list]
			i, ok := itemAt(s, at)
			if !ok {
				return nil
			}
			return &f.Facts.Rows[int(s.Int)+i*width+member]
		}
	default:
		return nil
	}
}

// itemAt turns an author's index into an offset; negative counts from the end.
func itemAt(s *facts.Slot, at int64) (int, bool) {
	if s.State != facts.Known {
		return 0, false
	}
	if at < 0 {
		at += int64(s.N)
	}
	return int(at), at >= 0 && at < int64(s.N)
}

// numFn reads the raw number of a field, member or item: bool, int, float bits
// or time.
func numFn(n *node) intFn {
	if n.op == opItem {
		return func(f *Frame) (int64, Tri) { return f.Facts.Nums[f.index], True }
	}
	if n.op == opIndex && n.slot < 0 {
		list, at := n.args[0].slot, n.val.(int64)
		return func(f *Frame) (int64, Tri) {
			s := &f.Facts.Slots[list]
			i, ok := itemAt(s, at)
			if !ok {
				return 0, Unknown
			}
			return f.Facts.Nums[int(s.Int)+i], True
		}
	}
	if n.op == opField {
		i := n.slot
		return func(f *Frame) (int64, Tri) {
			s := &f.Facts.Slots[i]
			if s.State != facts.Known {
				return 0, Unknown
			}
			return s.Int, True
		}
	}
	if n.op == opMember {
		i := n.slot
		return func(f *Frame) (int64, Tri) {
			s := &f.Facts.Rows[f.base+i]
			if s.State != facts.Known {
				return 0, Unknown
			}
			return s.Int, True
		}
	}
	slot := slotFn(n)
	return func(f *Frame) (int64, Tri) {
		s := slot(f)
		if s == nil || s.State != facts.Known {
			return 0, Unknown
		}
		return s.Int, True
	}
}

// compileInt evaluates whole numbers, times (Unix nanoseconds) and durations.
func compileInt(n *node) intFn {
	switch n.op {
	case opConst:
		v := constInt(n.val)
		return func(*Frame) (int64, Tri) { return v, True }
	case opField, opMember, opItem, opIndex:
		return numFn(n)
	case opSignal:
		i := n.slot
		return func(f *Frame) (int64, Tri) {
			m := f.signal(i)
			return m.num, m.state
		}
	case opNeg:
		get := compileInt(n.args[0])
		return func(f *Frame) (int64, Tri) {
			x, st := get(f)
			return -x, st
		}
	case opArith:
		return intArith(n)
	case opCoalesce:
		a, b := compileInt(n.args[0]), compileInt(n.args[1])
		return func(f *Frame) (int64, Tri) {
			if x, st := a(f); st != Unknown {
				return x, st
			}
			return b(f)
		}
	case opQuant:
		return intQuant(n)
	default:
		return intCall(n)
	}
}

// compileFloat evaluates numbers; whole ones are converted.
func compileFloat(n *node) floatFn {
	if n.typ.kind == kInt {
		if v, ok := n.val.(int64); ok && n.op == opConst {
			return func(*Frame) (float64, Tri) { return float64(v), True }
		}
		get := compileInt(n)
		return func(f *Frame) (float64, Tri) {
			x, st := get(f)
			return float64(x), st
		}
	}
	switch n.op {
	case opConst:
		v := n.val.(float64)
		return func(*Frame) (float64, Tri) { return v, True }
	case opField, opMember, opItem, opIndex:
		get := numFn(n)
		return func(f *Frame) (float64, Tri) {
			x, st := get(f)
			return bitsFloat(x), st
		}
	case opSignal:
		i := n.slot
		return func(f *Frame) (float64, Tri) {
			m := f.signal(i)
			return bitsFloat(m.num), m.state
		}
	case opNeg:
		get := compileFloat(n.args[0])
		return func(f *Frame) (float64, Tri) {
			x, st := get(f)
			return -x, st
		}
	case opArith:
		return floatArith(n)
	case opCoalesce:
		a, b := compileFloat(n.args[0]), compileFloat(n.args[1])
		return func(f *Frame) (float64, Tri) {
			if x, st := a(f); st != Unknown {
				return x, st
			}
			return b(f)
		}
	case opQuant:
		return floatSum(n)
	default:
		return floatCall(n)
	}
}
