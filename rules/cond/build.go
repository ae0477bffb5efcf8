package cond

import (
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

// Mode chooses an implementation, so that tests can compare them.
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
