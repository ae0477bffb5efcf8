package cond

import (
	"maps"
	"slices"

	"github.com/winnow-gate/winnow/rules/field"
)

// Logic says what holds of conditions for every contact there could be: that one
// can never be true, or is true whenever another is. It goes by ranges, lists
// and equality of single values, by known() and ??, and takes everything else
// for a question of its own. It may miss what is so; what it says is so.
// It serves one goroutine.
type Logic struct {
	set    *Set
	fields []field.Field
	slots  map[string]int
	leaves []question // by leaf, prepared
	spent  int        // of maxWork
}

// maxWorlds bounds how many alternatives of a condition are looked at.
const maxWorlds = 64

// maxWork bounds what is looked at in all, counted in values: a hostile bundle
// gets no advice and costs a second or two, not an hour.
const maxWork = 4_000_000

// Logic returns what can be said of the conditions compiled so far.
func (b *Builder) Logic() *Logic {
	l := &Logic{set: b.set, fields: b.fields, slots: maps.Clone(b.slots), leaves: make([]question, len(b.set.leaves))}
	for i := range b.set.leaves {
		l.leaves[i] = l.question(&b.set.leaves[i])
	}
	return l
}

// question is what a leaf asks: whether a value is among some.
type question struct {
	key   string
	fixed Tri    // of a constant
	ref   *Cond  // of a leaf that stands for a condition
	slot  int    // of known(field), else -1
	value string // the key of the value asked about, "" for a question of its own
	field int    // the value's slot when it is a field, else -1
	first values // what the value may be at all
	yes   values // what makes the answer true
	no    values // and what makes it false
	reads []int
	under string // the field's key when the value is field ?? default
	below values // what that field may be
	dflt  Tri    // what the default answers
}

// worlds are the kinds of contact for which the branch is as wanted: all of
// them, unless ok is false. When own is set, those that it starts from may be
// changed; those that it returns may be, always.
func (l *Logic) worlds(from []*world, own bool, b *branch, want bool) (out []*world, ok bool) {
	switch {
	case b.op == opNot:
		return l.worlds(from, own, b.kids[0], !want)
	case b.op == opAnd || b.op == opOr:
		if (b.op == opAnd) == want { // every part
			out = from
			for _, k := range b.kids {
				if out, ok = l.worlds(out, own, k, want); !ok {
					return nil, false
				}
				own = true
			}
			return out, true
		}
		for _, k := range b.kids { // one part
			some, ok := l.worlds(from, false, k, want)
			if out = append(out, some...); !ok || len(out) > maxWorlds {
				return nil, false
			}
		}
		return out, true
	}
	q := &l.leaves[b.leaf]
	if q.ref != nil {
		return l.worlds(from, own, q.ref.tree, want)
	}
	l.spent += len(from)
	for _, w := range from {
		if !own {
			w = l.clone(w)
		}
		if w.assume(q, want) {
			out = append(out, w)
		}
	}
	return out, l.spent < maxWork
}

// eval is the branch's value in a world: Unknown when it could be anything.
func (l *Logic) eval(w *world, b *branch) Tri {
	switch b.op {
	case opNot:
		return Not(l.eval(w, b.kids[0]))
	case opAnd, opOr:
		join := And
		if b.op == opOr {
			join = Or
		}
		r := l.eval(w, b.kids[0])
		for _, k := range b.kids[1:] {
			r = join(r, l.eval(w, k))
		}
		return r
	}
	q := &l.leaves[b.leaf]
	if q.ref != nil {
		return l.eval(w, q.ref.tree)
	}
	if l.spent++; l.spent > maxWork {
		return Unknown
	}
	return w.answer(q)
}

func (w *world) answer(q *question) Tri {
	switch {
	case q.fixed != none:
		return q.fixed
	case q.slot >= 0:
		if is, said := w.known[q.slot]; said {
			return Of(is)
		}
		return Unknown
	case q.value == "":
		if a, ok := w.answers[q.key]; ok {
			return a
		}
		return Unknown
	}
	for _, s := range q.reads {
		if !w.known[s] {
			return Unknown
		}
	}
	v, ok := w.vals[q.value]
	if is, said := w.known[q.field]; q.under != "" && said {
		if !is {
			return q.dflt
		}
		if f, narrowed := w.vals[q.under]; narrowed {
			v, ok = f, true
		}
	}
	switch {
	case !ok:
		return Unknown
	case v.meet(q.no).empty():
		return True
	case v.meet(q.yes).empty():
		return False
	default:
		return Unknown
	}
}

// Never reports whether no contact makes all the conditions true.
func (l *Logic) Never(cs ...*Cond) bool {
	ws, ok := []*world{anyone()}, true
	for _, c := range cs {
		if ws, ok = l.worlds(ws, true, c.tree, true); !ok {
			return false
		}
	}
	return len(ws) == 0
}

// NeverFalse reports whether no contact makes the condition false.
func (l *Logic) NeverFalse(c *Cond) bool {
	ws, ok := l.worlds([]*world{anyone()}, true, c.tree, false)
	return ok && len(ws) == 0
}

// Implies reports whether b is true for every contact for whom a is. It does not
// say so of an a that is never true.
func (l *Logic) Implies(a, b *Cond) bool {
	ws, ok := l.worlds([]*world{anyone()}, true, a.tree, true)
	return ok && len(ws) > 0 && !slices.ContainsFunc(ws, func(w *world) bool { return l.eval(w, b.tree) != True })
}

// Kinds are the kinds of contact that make a condition true, kept for many
// comparisons with others.
type Kinds struct {
	l  *Logic
	ws []*world
}

// Kinds returns the kinds of contact that make a condition true; ok is false
// when there are too many to look at, or none.
func (l *Logic) Kinds(c *Cond) (k Kinds, ok bool) {
	ws, ok := l.worlds([]*world{anyone()}, true, c.tree, true)
	return Kinds{l, ws}, ok && len(ws) > 0
}

// Make reports whether all these kinds of contact make the condition true.
func (k Kinds) Make(c *Cond) bool {
	for _, w := range k.ws {
		if k.l.eval(w, c.tree) != True {
			return false
		}
	}
	return len(k.ws) > 0
}
