package cond

import (
	"math"

	"github.com/winnow-gate/winnow/rules/facts"
)

// walk goes through the rows of a list of objects, of which it asks quicks.
type walk struct {
	list, width int
	asks        []quick // all of them must hold
}

// newWalk is the walk of any, all, none and count.
func newWalk(n *node) (w walk, ok bool) {
	list, body := n.args[0], n.args[1]
	if list.op != opField || list.typ.elem != kObject || body == nil {
		return w, false
	}
	w = walk{list: list.slot, width: len(list.typ.members)}
	parts := []*node{body}
	if body.op == opAnd {
		parts = body.args
	}
	for _, p := range parts {
		q, ok := quickOf(p, opMember)
		if !ok {
			return w, false
		}
		w.asks = append(w.asks, q)
	}
	return w, true
}

// rows are the list's cells; known is false when there is no list. A walk is a
// leaf or a value of its own, so it has all steps: a longer list is for the
// closures to break off.
func (w *walk) rows(f *Frame) (cells []facts.Slot, known, enough bool) {
	s := &f.Facts.Slots[w.list]
	if s.State != facts.Known {
		return nil, false, true
	}
	return f.Facts.Rows[s.Int : int(s.Int)+int(s.N)*w.width], true, s.N <= leafBudget
}

// row answers for one row.
func (w *walk) row(cells []facts.Slot, now int64) Tri {
	r := w.asks[0].of(&cells[w.asks[0].slot], now)
	for i := 1; i < len(w.asks) && r != False; i++ {
		q := &w.asks[i]
		r = And(r, q.of(&cells[q.slot], now))
	}
	return r
}

// tri is any, all or none.
func (w walk) tri(n *node, slow triFn) triFn {
	want := True
	if n.name == "all" {
		want = False
	}
	negate := n.name != "any"
	return func(f *Frame) Tri {
		cells, known, enough := w.rows(f)
		switch {
		case !known:
			return Unknown
		case !enough:
			return slow(f)
		}
		out := False
		for ; len(cells) > 0; cells = cells[w.width:] {
			r := w.row(cells[:w.width], f.Now)
			if r == want {
				out = True
				break
			}
			if r == Unknown {
				out = Unknown
			}
		}
		if negate {
			return Not(out)
		}
		return out
	}
}

// quickMemo is compileMemo for the walks of Mode Shared.
func quickMemo(n *node) func(*Frame) memo {
	slow := compileMemo(n)
	switch {
	case n.op != opQuant:
	case n.name == "count":
		if w, ok := newWalk(n); ok {
			return w.count(slow)
		}
	case n.name == "sum" && n.args[1] != nil && n.args[1].op == opMember && n.args[1].typ.kind == kFloat:
		list := n.args[0]
		if list.op == opField && list.typ.elem == kObject {
			w := walk{list: list.slot, width: len(list.typ.members)}
			return w.sum(n.args[1].slot, slow)
		}
	}
	return slow
}

func (w walk) count(slow func(*Frame) memo) func(*Frame) memo {
	return func(f *Frame) memo {
		cells, known, enough := w.rows(f)
		switch {
		case !known:
			return memo{state: Unknown}
		case !enough:
			return slow(f)
		}
		out := memo{state: True}
		for ; len(cells) > 0; cells = cells[w.width:] {
			switch w.row(cells[:w.width], f.Now) {
			case True:
				out.num++
			case Unknown:
				out.state = Unknown
			}
		}
		return out
	}
}

// sum adds up a member that is a float.
func (w walk) sum(member int, slow func(*Frame) memo) func(*Frame) memo {
	return func(f *Frame) memo {
		cells, known, enough := w.rows(f)
		switch {
		case !known:
			return memo{state: Unknown}
		case !enough:
			return slow(f)
		}
		total, state := 0.0, True
		for ; len(cells) > 0; cells = cells[w.width:] {
			s := &cells[member]
			if s.State != facts.Known {
				state = Unknown
				continue
			}
			total += bitsFloat(s.Int)
		}
		if state == True && math.IsInf(total, 0) {
			return memo{state: f.fail(overflow)}
		}
		return memo{state: state, num: floatBits(total)}
	}
}
