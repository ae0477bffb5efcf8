package cond

import (
	"fmt"
	"slices"
)

func (b *Builder) branch(n *node, c *Cond) (*branch, error) {
	if n.op != opAnd && n.op != opOr && n.op != opNot {
		i, err := b.leaf(n)
		c.leaves = append(c.leaves, i)
		return &branch{op: opConst, leaf: int32(i), src: &c.Source, from: n.from, to: n.to}, err
	}
	out := &branch{op: n.op, leaf: -1, src: &c.Source, from: n.from, to: n.to}
	for _, a := range n.args {
		k, err := b.branch(a, c)
		if err != nil {
			return nil, err
		}
		out.kids = append(out.kids, k)
	}
	return out, nil
}

func (b *Builder) leaf(n *node) (int, error) {
	key := n.key()
	if i, ok := b.byKey[key]; ok && b.mode != Plain {
		return i, nil
	}
	l := leaf{node: n}
	if b.mode == Shared {
		n = b.share(n)
	}
	b.survey(n, &l, false)
	var eval triFn
	native := n.native()
	if b.mode == Machine && n.fitsMachine() {
		native = false
	}
	switch {
	case native && b.mode == Shared:
		eval = quickTri(n)
		if len(l.mods) == 0 {
			l.quick, _ = quickOf(n, opField)
		}
	case native:
		eval = compileTri(n)
	default:
		run, err := b.machine(n)
		if err != nil {
			return 0, fmt.Errorf("this can't be compiled: %w", err)
		}
		eval, l.vm = run, true
	}
	i := b.set.add(l, eval)
	b.byKey[key] = i
	return i, nil
}

// add appends a leaf; one that walks a list starts with a full step budget.
func (s *Set) add(l leaf, eval triFn) int {
	if l.loops {
		inner := eval
		eval = func(f *Frame) Tri {
			f.steps = leafBudget
			return inner(f)
		}
	}
	s.leaves = append(s.leaves, l)
	s.evals = append(s.evals, withModules(l.mods, eval, Error))
	return len(s.leaves) - 1
}

// survey notes what a leaf reads. What stands under known() or before ?? is
// asked about, not needed.
func (b *Builder) survey(n *node, l *leaf, asked bool) {
	switch n.op {
	case opField:
		if m, ok := b.names.Modules[n.name]; ok {
			l.mods = appendNew(l.mods, m)
		}
		if asked {
			l.asks = appendNew(l.asks, n.slot)
		} else {
			l.reads = appendNew(l.reads, n.slot)
		}
	case opRef:
		l.refs = appendNew(l.refs, n.slot)
	case opSignal:
		l.sigs = appendNew(l.sigs, n.slot)
	case opQuant, opVM:
		l.loops = true
	}
	for i, a := range n.args {
		if a != nil {
			b.survey(a, l, asked || n.op == opKnown || n.op == opCoalesce && i == 0)
		}
	}
}

// share makes walks over a list that give a number, as count(…) and sum(…),
// values of their own, so that conditions that compare one with different
// constants walk the list once.
func (b *Builder) share(n *node) *node {
	if n.op == opQuant && n.typ.number() && n.native() && n.outside() {
		key := n.key()
		v, ok := b.walks[key]
		if !ok {
			v = b.addValue(n, quickMemo(n))
			b.walks[key] = v
		}
		return &node{op: opSignal, typ: n.typ, name: key, slot: v.number, from: n.from, to: n.to}
	}
	if n.op == opQuant || n.op == opVM {
		return n // its parts belong to its items
	}
	out := *n
	out.args = make([]*node, len(n.args))
	for i, a := range n.args {
		if a != nil {
			out.args[i] = b.share(a)
		}
	}
	return &out
}

func appendNew(s []int, v int) []int {
	if slices.Contains(s, v) {
		return s
	}
	return append(s, v)
}

// native reports whether closures can run a node.
func (n *node) native() bool {
	ok := true
	n.walk(func(m *node) bool {
		ok = ok && m.op != opVM
		return ok
	})
	return ok
}
