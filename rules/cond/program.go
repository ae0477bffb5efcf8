package cond

import "github.com/winnow-gate/winnow/rules/facts"

// Set holds every compiled leaf, condition and value signal of a bundle. It is
// immutable and safe for use by any number of frames.
type Set struct {
	leaves []leaf
	evals  []triFn // of the leaves, apart because they are all that deciding touches
	code   []jump  // of all conditions, in the order in which they were built
	owners []*Cond // by where their code begins
	conds  []*Cond
	values []*Value
	memos  []func(*Frame) memo // of the values

	modules int           // how many there are
	words   int           // of the list of watched conditions
	strikes [][2][]strike // by leaf and its value: the conditions it rules out
}

// leaf is one predicate, shared by all conditions that contain it.
type leaf struct {
	reads []int // slots whose values it needs
	asks  []int // slots it asks about without needing them: known(f), f ?? d
	refs  []int // conditions and
	sigs  []int // value signals it reads
	mods  []int // modules whose outputs it reads
	node  *node
	quick quick
	loops bool
	vm    bool
}

// Cond is a compiled condition: the tree of its leaves, and the same as a
// program of jumps.
//
// The program is the fast path. As long as every leaf on the way is true or
// false, short-circuit evaluation gives Kleene's answer; at the first leaf that
// is neither, the tree is evaluated instead.
type Cond struct {
	tree   *branch
	entry  Entry
	Source Source
	leaves []int
}

// branch is and, or, not, or a leaf (op opField is unused: leaf >= 0).
type branch struct {
	op   op
	leaf int32
	kids []*branch
	// from and to are rune offsets in src; composed branches have no source.
	src      *Source
	from, to int
}

// jump evaluates a leaf and goes on where its value says; negative targets are
// results. A leaf that is a quick is answered right there.
type jump struct {
	quick
	leaf int32
	to   [2]int32 // for False and True
}

const (
	toFalse = -int32(False)
	toTrue  = -int32(True)
)

// Entry is where a condition's program begins: all that deciding needs of it.
type Entry int32

// Entry returns where the condition's program begins.
func (c *Cond) Entry() Entry { return c.entry }

// Eval returns the condition's value, evaluating each leaf at most once a frame.
func (c *Cond) Eval(f *Frame) Tri { return f.Eval(c.entry) }

// Eval returns the value of the condition whose program begins there.
func (f *Frame) Eval(e Entry) Tri {
	pc, code, leaves := int32(e), f.set.code, f.leaf
	for {
		j := &code[pc]
		s := leaves[j.leaf]
		if s == none {
			if j.kind == byCall {
				s = f.run(j.leaf)
			} else {
				// the commonest kind is not even called
				if v := &f.Facts.Slots[j.slot]; j.kind == quickInt && v.State == facts.Known {
					s = j.says.ints(v.Int, j.num)
				} else {
					s = j.of(v, f.Now)
				}
				leaves[j.leaf] = s
				if f.strikes != nil && s <= True {
					f.strike(j.leaf, s)
				}
			}
		}
		if s > True {
			return f.set.owners[e].vague(f)
		}
		if pc = j.to[(s-False)&1]; pc < 0 {
			return Tri(-pc)
		}
	}
}

func (b *branch) eval(f *Frame) Tri {
	switch b.op {
	case opNot:
		return Not(b.kids[0].eval(f))
	case opAnd, opOr:
		join, stop := And, False
		if b.op == opOr {
			join, stop = Or, True
		}
		r := b.kids[0].eval(f)
		for _, k := range b.kids[1:] {
			if r == stop {
				return r
			}
			r = join(r, k.eval(f))
		}
		return r
	default:
		if s := f.leaf[b.leaf]; s != none {
			return s
		}
		return f.run(b.leaf)
	}
}

// assemble turns the tree into jumps behind those of the conditions before it:
// what is evaluated one after the other lies side by side. Labels are code
// addresses; a branch's code starts where it is emitted, so forward targets are
// patched afterwards.
func (s *Set) assemble(c *Cond) {
	a := &assembler{set: s}
	a.emit(c.tree, toTrue, toFalse)
	base := len(s.code)
	for _, j := range a.code {
		j.to = [2]int32{a.resolve(j.to[0], base), a.resolve(j.to[1], base)}
		s.code = append(s.code, j)
		s.owners = append(s.owners, nil)
	}
	c.entry = Entry(base)
	s.owners[base] = c
}

// assembler gives every not yet placed target a label below labelBase.
type assembler struct {
	set    *Set
	code   []jump
	labels []int32
}

const labelBase int32 = -10

func (a *assembler) label() int32 {
	a.labels = append(a.labels, 0)
	return labelBase - int32(len(a.labels)-1)
}

func (a *assembler) place(l int32) { a.labels[labelBase-l] = int32(len(a.code)) }

func (a *assembler) resolve(t int32, base int) int32 {
	if t <= labelBase {
		return a.labels[labelBase-t] + int32(base)
	}
	return t
}

func (a *assembler) emit(b *branch, t, f int32) {
	switch b.op {
	case opNot:
		a.emit(b.kids[0], f, t)
	case opAnd, opOr:
		for i, k := range b.kids {
			if i == len(b.kids)-1 {
				a.emit(k, t, f)
				return
			}
			next := a.label()
			if b.op == opAnd {
				a.emit(k, next, f)
			} else {
				a.emit(k, t, next)
			}
			a.place(next)
		}
	default:
		a.code = append(a.code, jump{a.set.leaves[b.leaf].quick, b.leaf, [2]int32{f, t}})
	}
}
