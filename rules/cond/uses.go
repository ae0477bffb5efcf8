package cond

import (
	"math"
	"slices"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Use is one leaf of a condition, as advice about it needs it.
type Use struct {
	Place diag.Place
	Text  string
	// Fields are the paths it reads or asks about, in the order of their slots.
	Fields []string
	// Texts are the fixed texts in it, Calls the functions it calls.
	Texts, Calls []string
	// SentDays is how far sent() in it looks back at most; 0 when that is not fixed.
	SentDays int64
	// Same is set when it compares a value with itself.
	Same bool
	// Never is set when it can't be true, Always when it can't be false. Both are
	// when it can only be unknown.
	Never, Always bool
	// Own is set for leaves of the condition itself, not of one that it names.
	Own bool
}

// Uses lists the leaves of a condition and of all that it names. What nobody
// wrote, as the memory behind release_when, is not among them.
func (l *Logic) Uses(c *Cond) []Use {
	seen := map[*Cond]bool{}
	var out []Use
	var visit func(c *Cond, own bool)
	visit = func(c *Cond, own bool) {
		if c == nil || seen[c] {
			return
		}
		seen[c] = true
		c.tree.each(func(b *branch) {
			lf := &l.set.leaves[b.leaf]
			for _, r := range l.refsOf(lf) {
				visit(l.set.conds[r], false)
			}
			if b.src != nil && l.leaves[b.leaf].ref == nil {
				u := l.use(b, lf)
				u.Own = own
				out = append(out, u)
			}
		})
	}
	visit(c, true)
	return out
}

// each calls f for every leaf below the branch.
func (b *branch) each(f func(*branch)) {
	if b.leaf >= 0 {
		f(b)
	}
	for _, k := range b.kids {
		k.each(f)
	}
}

func (l *Logic) refsOf(lf *leaf) []int {
	out := slices.Clone(lf.refs)
	for _, sig := range lf.sigs {
		out = append(out, l.refsOf(&l.set.values[sig].reads)...)
	}
	return out
}

func (l *Logic) use(b *branch, lf *leaf) Use {
	u := Use{Text: b.text(), Place: b.src.Place(b.from, max(b.to, b.from+1))}
	for _, s := range l.set.allSlots(lf) {
		u.Fields = append(u.Fields, l.fields[s].Path)
	}
	l.words(lf.node, &u)
	if n := lf.node; n.op == opCompare && n.args[0].key() == n.args[1].key() {
		u.Same = true
	}
	if lf.node.op != opConst {
		q := &l.leaves[b.leaf]
		u.Never, u.Always = !anyone().assume(q, true), !anyone().assume(q, false)
	}
	return u
}

// words notes the fixed texts and the functions of a node, also of the signals
// in it.
func (l *Logic) words(n *node, u *Use) {
	n.walk(func(m *node) bool {
		switch v := m.val.(type) {
		case string:
			u.Texts = append(u.Texts, v)
		case []string:
			u.Texts = append(u.Texts, v...)
		}
		switch m.op {
		case opCall:
			u.Calls = append(u.Calls, m.name)
			if m.name == "sent" && m.args[0].isConst() {
				u.SentDays = max(u.SentDays, int64(number(m.args[0].val)))
			}
		case opSignal:
			l.words(l.set.values[m.slot].node, u)
		}
		return true
	})
}

// DaysSince is the least number of whole days since the time in a field for
// which the condition can be true; minus infinity when there is none.
func (l *Logic) DaysSince(c *Cond, path string) float64 {
	ws, ok := l.worlds([]*world{anyone()}, true, c.tree, true)
	slot, read := l.slots[path]
	least := math.Inf(1)
	for _, w := range ws {
		n := &node{op: opCall, typ: tInt, name: "days_since", args: []*node{{op: opField, name: path, slot: slot}}}
		v, asked := w.vals[n.key()]
		if !asked {
			return math.Inf(-1)
		}
		least = min(least, v.spans[0].lo)
	}
	if !ok || !read || len(ws) == 0 {
		return math.Inf(-1)
	}
	return least
}

// OneOf are the texts that a field must be among for the condition to be true;
// ok is false when it may be any.
func (l *Logic) OneOf(c *Cond, path string) (texts []string, ok bool) {
	slot, read := l.slots[path]
	ws, ok := l.worlds([]*world{anyone()}, true, c.tree, true)
	if !ok || !read || len(ws) == 0 {
		return nil, false
	}
	key := (&node{op: opField, name: path, slot: slot}).key()
	for _, w := range ws {
		v, asked := w.vals[key]
		if !asked || !v.text || v.not {
			return nil, false
		}
		texts = append(texts, v.texts...)
	}
	slices.Sort(texts)
	return slices.Compact(texts), true
}

// Broad reports whether the condition asks so little that nearly everybody may
// make it true: nothing at all, only that values are not some single ones, or that
// fields are known which everybody has.
func (l *Logic) Broad(c *Cond, everybodys ...string) bool {
	everybody := map[int]bool{}
	for _, path := range everybodys {
		if slot, read := l.slots[path]; read {
			everybody[slot] = true
		}
	}
	ws, ok := l.worlds([]*world{anyone()}, true, c.tree, true)
	if !ok {
		return false
	}
	return slices.ContainsFunc(ws, func(w *world) bool {
		if len(w.answers) > 0 {
			return false
		}
		asks := false // for what not everybody has
		for slot, has := range w.known {
			if !has {
				return false
			}
			asks = asks || !everybody[slot]
		}
		for _, v := range w.vals {
			if !v.broad() {
				return false
			}
		}
		return len(w.vals) > 0 || !asks
	})
}

// broad: all texts but some, or all numbers but single ones.
func (v values) broad() bool {
	if v.text {
		return v.not
	}
	n := len(v.spans)
	return n > 1 && math.IsInf(v.spans[n-1].hi, 1) && (math.IsInf(v.spans[0].lo, -1) || v.spans[0].lo == 0)
}

// Constant reports whether a condition is the same for everyone.
func (l *Logic) Constant(c *Cond) (Tri, bool) { return c.Constant(l.set) }
