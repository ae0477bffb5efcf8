package cond

import (
	"fmt"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
)

// Builder compiles the conditions of one bundle into one Set. Conditions that
// refer to others by name need not be compiled in order; value signals do.
type Builder struct {
	names  Names
	set    *Set
	byKey  map[string]int
	slots  map[string]int
	fields []field.Field
	walks  map[string]*Value // shared walks over lists, by key
	mode   Mode
}

// Mode chooses an implementation, so that tests can hold them against each other.
type Mode uint8

// Shared is what runs in production. Plain compiles every leaf anew for each
// condition. Machine sends every leaf that it can through the virtual machine.
const (
	Shared Mode = iota
	Plain
	Machine
)

// NewBuilder returns a builder whose conditions may use the given names.
func NewBuilder(names Names, mode Mode) *Builder {
	if names.Values == nil {
		names.Values = map[string]*Value{}
	}
	return &Builder{names: names, set: &Set{}, byKey: map[string]int{}, walks: map[string]*Value{}, slots: map[string]int{}, mode: mode}
}

// Slot returns the slot of a declared field, giving it one on first use.
// It panics on an undeclared path: callers check first.
func (b *Builder) Slot(path string) int {
	if s, ok := b.slots[path]; ok {
		return s
	}
	f, ok := b.names.Fields.Lookup(path)
	if !ok {
		panic("cond: no field " + path)
	}
	s := len(b.fields)
	b.slots[path] = s
	b.fields = append(b.fields, *f)
	if f.AsOf != "" {
		b.Slot(f.AsOf)
	}
	return s
}

// Fields returns the fields read so far, in slot order.
func (b *Builder) Fields() []field.Field { return b.fields }

// Reserve makes room for n conditions whose numbers Names.Refs hands out.
func (b *Builder) Reserve(n int) { b.set.conds = make([]*Cond, n) }

// Set returns what has been compiled.
func (b *Builder) Set() *Set { return b.set }

// Define makes an already compiled condition the meaning of number n.
func (b *Builder) Define(n int, c *Cond) { b.set.conds[n] = c }

// Condition compiles a source that must be true or false.
func (b *Builder) Condition(src Source) (*Cond, diag.List) {
	n, problems := b.check(src)
	if n != nil && n.typ.kind != kBool {
		problems = append(problems, problem{n.from, n.to, diag.NotBoolean, "a condition must be true or false, this is " + n.typ.String(), typeHint(n, kBool)})
	}
	if len(problems) > 0 || n == nil {
		return nil, place(src, problems)
	}
	return b.finish(n, src)
}

// Always is the condition that is true for everyone.
func (b *Builder) Always(src Source) *Cond {
	c, _ := b.finish(&node{op: opConst, typ: tBool, val: true}, src)
	return c
}

// Signal compiles a source of any scalar type. A bool is returned as a
// condition, anything else as a value.
func (b *Builder) Signal(name string, src Source) (*Cond, *Value, diag.List) {
	n, problems := b.check(src)
	if n != nil && !n.typ.scalar() {
		problems = append(problems, problem{n.from, n.to, diag.TypeMismatch, "a signal must be a single value, this is " + n.typ.String(), "ask something about it: len(…), any(…)"})
	}
	if len(problems) > 0 || n == nil {
		return nil, nil, place(src, problems)
	}
	if n.typ.kind == kBool {
		c, list := b.finish(n, src)
		return c, nil, list
	}
	v, err := b.value(name, n)
	if err != nil {
		return nil, nil, place(src, []problem{{n.from, n.to, diag.FunctionNotAvailable, err.Error(), ""}})
	}
	v.Source = src
	return nil, v, nil
}

func (b *Builder) check(src Source) (*node, []problem) {
	text, problems := prescan(src.Text)
	if text == "" {
		return nil, problems
	}
	tree, more := parse(text)
	problems = append(problems, more...)
	if tree == nil || len(more) > 0 {
		return nil, problems
	}
	c := &checker{names: &b.names, fieldUse: b.Slot}
	n := c.expr(tree)
	return n, append(problems, c.problems...)
}

func place(src Source, problems []problem) diag.List {
	var out diag.List
	for _, p := range problems {
		out = append(out, diag.Diagnostic{Place: src.Place(p.from, max(p.to, p.from+1)), Code: p.code, Message: p.msg, Hint: p.hint})
	}
	return out
}

// finish splits a checked condition into leaves.
func (b *Builder) finish(n *node, src Source) (*Cond, diag.List) {
	c := &Cond{Source: src}
	tree, err := b.branch(n, c)
	if err != nil {
		return nil, place(src, []problem{{n.from, n.to, diag.FunctionNotAvailable, err.Error(), ""}})
	}
	c.tree = tree
	b.set.assemble(c)
	return c, nil
}

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
	if b.mode == Machine && n.machine() {
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
	for _, x := range s {
		if x == v {
			return s
		}
	}
	return append(s, v)
}

// native tells whether closures can run a node.
func (n *node) native() bool {
	ok := true
	n.walk(func(m *node) bool {
		ok = ok && m.op != opVM
		return ok
	})
	return ok
}
