package cond

// Set holds every compiled leaf, condition and value signal of a bundle. It is
// immutable and safe for use by any number of frames.
type Set struct {
	leaves []leaf
	evals  []triFn // of the leaves, apart because they are all that deciding touches
	conds  []*Cond
	values []*Value

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
	code   []jump
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

// jump evaluates a leaf and goes on at t or f; negative targets are results.
type jump struct {
	leaf int32
	t, f int32
}

const (
	toFalse int32 = -1
	toTrue  int32 = -2
)

// Eval returns the condition's value, evaluating each leaf at most once a frame.
func (c *Cond) Eval(f *Frame) Tri {
	pc, code, leaves := int32(0), c.code, f.leaf
	for {
		j := &code[pc]
		s := leaves[j.leaf]
		if s == none {
			s = f.run(j.leaf)
		}
		switch s {
		case True:
			pc = j.t
		case False:
			pc = j.f
		default:
			return c.vague(f)
		}
		if pc < 0 {
			if pc == toTrue {
				return True
			}
			return False
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

// assemble turns a tree into jumps. Labels are code addresses; a branch's code
// starts where it is emitted, so forward targets are patched afterwards.
func assemble(b *branch) []jump {
	a := &assembler{}
	a.emit(b, toTrue, toFalse)
	for i := range a.code {
		a.code[i].t = a.resolve(a.code[i].t)
		a.code[i].f = a.resolve(a.code[i].f)
	}
	return a.code
}

// assembler gives every not yet placed target a label below labelBase.
type assembler struct {
	code   []jump
	labels []int32
}

const labelBase int32 = -10

func (a *assembler) label() int32 {
	a.labels = append(a.labels, 0)
	return labelBase - int32(len(a.labels)-1)
}

func (a *assembler) place(l int32) { a.labels[labelBase-l] = int32(len(a.code)) }

func (a *assembler) resolve(t int32) int32 {
	if t <= labelBase {
		return a.labels[labelBase-t]
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
		a.code = append(a.code, jump{b.leaf, t, f})
	}
}
