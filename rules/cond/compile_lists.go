package cond

import (
	"math"

	"github.com/winnow-gate/winnow/rules/facts"
)

// items is a list in the arena for its kind: n items from off, width cells each.
type items struct {
	off, n, width int
}

type listFn func(*Frame) (items, Tri)

// compileList evaluates a list field; constant lists are compiled where they
// are used.
func compileList(n *node) listFn {
	if n.op == opList {
		size := constLen(n.val)
		return func(*Frame) (items, Tri) { return items{n: size}, True }
	}
	i, width := n.slot, max(len(n.typ.members), 1)
	return func(f *Frame) (items, Tri) {
		s := &f.Facts.Slots[i]
		if s.State != facts.Known {
			return items{}, Unknown
		}
		return items{int(s.Int), int(s.N), width}, True
	}
}

func constLen(v any) int {
	switch v := v.(type) {
	case []string:
		return len(v)
	case []int64:
		return len(v)
	case []float64:
		return len(v)
	}
	return 0
}

const tooManySteps = "the rule takes too many steps"

// each runs body for the items of a list, with # set to each in turn, until
// body returns false. It restores the outer item and reports whether the step
// budget sufficed.
func (f *Frame) each(l items, body func(i int) bool) bool {
	base, index := f.base, f.index
	defer func() { f.base, f.index = base, index }()
	for i := 0; i < l.n; i++ {
		if !f.tick() {
			f.fail(tooManySteps)
			return false
		}
		f.base, f.index = l.off+i*l.width, l.off+i
		if !body(i) {
			return true
		}
	}
	return true
}

// triQuant is any, all, none and one.
func triQuant(n *node) triFn {
	list, body := compileList(n.args[0]), compileTri(n.args[1])
	switch n.name {
	case "any":
		return func(f *Frame) Tri { return anyItem(f, list, body, True) }
	case "none":
		return func(f *Frame) Tri { return Not(anyItem(f, list, body, True)) }
	case "all":
		return func(f *Frame) Tri { return Not(anyItem(f, list, body, False)) }
	default:
		return func(f *Frame) Tri { return oneItem(f, list, body) }
	}
}

// anyItem is true when body gives want for some item; otherwise the worst of
// unknown and error that it gave.
func anyItem(f *Frame, list listFn, body triFn, want Tri) Tri {
	l, st := list(f)
	if st != True {
		return st
	}
	base, index, out := f.base, f.index, False
	for i := 0; i < l.n; i++ {
		if !f.tick() {
			out = f.fail(tooManySteps)
			break
		}
		f.base, f.index = l.off+i*l.width, l.off+i
		r := body(f)
		if r == want {
			out = True
			break
		}
		if r == Error || r == Unknown && out == False {
			out = r
		}
	}
	f.base, f.index = base, index
	return out
}

func oneItem(f *Frame, list listFn, body triFn) Tri {
	trues, vague := 0, False
	l, st := list(f)
	if st != True {
		return st
	}
	if !f.each(l, func(int) bool {
		switch r := body(f); r {
		case True:
			trues++
		case Unknown, Error:
			vague = Or(vague, r)
		}
		return trues < 2
	}) {
		return Error
	}
	if trues >= 2 {
		return False
	}
	if vague != False {
		return vague
	}
	return Of(trues == 1)
}

// intQuant is count, and sum over whole numbers.
func intQuant(n *node) intFn {
	if n.name == "sum" {
		return intSum(n)
	}
	list := compileList(n.args[0])
	body := numBody(n)
	return func(f *Frame) (int64, Tri) {
		l, st := list(f)
		if st != True {
			return 0, st
		}
		base, index, count := f.base, f.index, int64(0)
		for i := 0; i < l.n; i++ {
			if !f.tick() {
				st = f.fail(tooManySteps)
				break
			}
			f.base, f.index = l.off+i*l.width, l.off+i
			switch r := body(f); r {
			case True:
				count++
			case False:
			default:
				st = And(st, r)
			}
		}
		f.base, f.index = base, index
		return count, st
	}
}

// numBody is the question that count asks; without one, the item itself.
func numBody(n *node) triFn {
	if n.args[1] != nil {
		return compileTri(n.args[1])
	}
	return func(f *Frame) Tri { return Of(f.Facts.Nums[f.index] != 0) }
}

func sumBody(n *node) *node {
	if n.args[1] != nil {
		return n.args[1]
	}
	return &node{op: opItem, typ: n.args[0].typ.item()}
}

func intSum(n *node) intFn {
	list, body := compileList(n.args[0]), compileInt(sumBody(n))
	return func(f *Frame) (int64, Tri) {
		l, st := list(f)
		if st != True {
			return 0, st
		}
		var sum int64
		st = True
		if !f.each(l, func(int) bool {
			x, r := body(f)
			st = And(st, r)
			s, ok := addInt(sum, x)
			if !ok {
				st = f.fail(overflow)
			}
			sum = s
			return st != Error
		}) {
			return 0, Error
		}
		return sum, st
	}
}

func floatSum(n *node) floatFn {
	list, body := compileList(n.args[0]), compileFloat(sumBody(n))
	return func(f *Frame) (float64, Tri) {
		l, st := list(f)
		if st != True {
			return 0, st
		}
		var sum float64
		st = True
		base, index := f.base, f.index
		for i := 0; i < l.n && st != Error; i++ {
			if !f.tick() {
				st = f.fail(tooManySteps)
				break
			}
			f.base, f.index = l.off+i*l.width, l.off+i
			x, r := body(f)
			st = And(st, r)
			sum += x
		}
		f.base, f.index = base, index
		if st == True && math.IsInf(sum, 0) {
			return 0, f.fail(overflow)
		}
		return sum, st
	}
}
