package cond

import (
	"slices"
	"sort"
	"strings"

	"github.com/winnow-gate/winnow/rules/facts"
)

// Part is one part of a condition as it came out: and, or and not with their
// parts, or a leaf.
type Part struct {
	// Op is "and", "or", "not", or "" for a leaf.
	Op string
	// Text is the part as the author wrote it.
	Text  string
	Value Tri
	// Slots are the fields that a leaf reads or asks about.
	Slots []int
	// Refs are the numbers of the conditions a leaf stands for.
	Refs []int
	// Fault says why a leaf is in error.
	Fault string
	Parts []Part
}

// Explain evaluates every part of the condition, also those that deciding
// skips, and gives the tree of their values.
func (c *Cond) Explain(f *Frame) Part { return c.explain(f, c.tree) }

func (c *Cond) explain(f *Frame, b *branch) Part {
	p := Part{Text: b.text()}
	switch b.op {
	case opAnd, opOr, opNot:
		p.Op = map[op]string{opAnd: "and", opOr: "or", opNot: "not"}[b.op]
		for _, k := range b.kids {
			p.Parts = append(p.Parts, c.explain(f, k))
		}
		p.Value = b.eval(f)
	default:
		l := &f.set.leaves[b.leaf]
		p.Value = b.eval(f)
		p.Slots = f.set.allSlots(l)
		p.Refs = l.refs
		p.Fault = f.Fault(int(b.leaf))
	}
	return p
}

// text is the branch as its author wrote it, "" when it was composed.
func (b *branch) text() string {
	if b.src == nil {
		return ""
	}
	runes := []rune(b.src.Text)
	if b.from < 0 || b.to > len(runes) || b.from >= b.to {
		return b.src.Text
	}
	from, to := wholeBrackets(runes, b.from, b.to)
	return string(runes[from:to])
}

// wholeBrackets widens a span to both ends of the brackets it cuts through:
// expr's positions start and end at the outermost names and values.
func wholeBrackets(runes []rune, from, to int) (int, int) {
	depth, lowest := 0, 0
	outsideText(runes[from:to], func(i int) {
		switch runes[from+i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
			lowest = min(lowest, depth)
		}
	})
	for i := from - 1; i >= 0 && lowest < 0; i-- {
		if !strings.ContainsRune("([{ \t\r\n", runes[i]) {
			break
		}
		if strings.ContainsRune("([{", runes[i]) {
			from, lowest, depth = i, lowest+1, depth+1
		}
	}
	for i := to; i < len(runes) && depth > 0; i++ {
		if !strings.ContainsRune(")]} \t\r\n,", runes[i]) {
			break
		}
		if strings.ContainsRune(")]}", runes[i]) {
			to, depth = i+1, depth-1
		}
	}
	return from, to
}

// allSlots are the slots a leaf reads or asks about, also by way of signals.
func (s *Set) allSlots(l *leaf) []int {
	var out []int
	for _, x := range append(append([]int(nil), l.reads...), l.asks...) {
		out = appendNew(out, x)
	}
	for _, sig := range l.sigs {
		for _, x := range s.allSlots(&s.values[sig].reads) {
			out = appendNew(out, x)
		}
	}
	sort.Ints(out)
	return out
}

// Slots returns every slot that the condition reads, also by way of signals and
// other conditions, in ascending order.
func (s *Set) Slots(c *Cond) []int {
	seen := map[*Cond]bool{}
	var out []int
	var visit func(c *Cond)
	visit = func(c *Cond) {
		if c == nil || seen[c] {
			return
		}
		seen[c] = true
		for _, i := range c.leaves {
			l := &s.leaves[i]
			for _, x := range s.allSlots(l) {
				out = appendNew(out, x)
			}
			for _, r := range l.refs {
				visit(s.conds[r])
			}
			for _, sig := range l.sigs {
				for _, r := range s.values[sig].reads.refs {
					visit(s.conds[r])
				}
			}
		}
	}
	visit(c)
	sort.Ints(out)
	return out
}

// Missing returns the slots that made a condition unknown: those of its unknown
// leaves that have no value, or, when all have one (a list item without a
// member, an address without a domain), all that these leaves read. The result
// is good until the frame's next call.
func (s *Set) Missing(c *Cond, f *Frame) []int {
	f.missing = s.missing(c.tree, f, f.missing[:0])
	slices.Sort(f.missing)
	return f.missing
}

// missing adds the slots of a branch. Only parts that are unknown themselves
// count, so that what other conditions had evaluated before does not show.
func (s *Set) missing(b *branch, f *Frame, out []int) []int {
	if b.eval(f) != Unknown {
		return out
	}
	if b.leaf >= 0 {
		return s.missingIn(&s.leaves[b.leaf], f, out)
	}
	for _, k := range b.kids {
		out = s.missing(k, f, out)
	}
	return out
}

func (s *Set) missingIn(l *leaf, f *Frame, out []int) []int {
	found := false
	for _, r := range l.refs {
		if s.conds[r].Eval(f) == Unknown {
			found, out = true, s.missing(s.conds[r].tree, f, out)
		}
	}
	for _, sig := range l.sigs {
		if f.signal(sig).state == Unknown {
			found, out = true, s.missingIn(&s.values[sig].reads, f, out)
		}
	}
	for _, x := range l.reads {
		if f.Facts.Slots[x].State != facts.Known {
			found, out = true, appendNew(out, x)
		}
	}
	if !found {
		for _, x := range l.reads {
			out = appendNew(out, x)
		}
	}
	return out
}

// Faults returns why a condition is in error, in the order of its leaves.
func (s *Set) Faults(c *Cond, f *Frame) []string { return s.faults(c.tree, f, nil) }

func (s *Set) faults(b *branch, f *Frame, out []string) []string {
	if b.eval(f) != Error {
		return out
	}
	for _, k := range b.kids {
		out = s.faults(k, f, out)
	}
	if b.leaf < 0 {
		return out
	}
	for _, r := range s.leaves[b.leaf].refs {
		out = s.faults(s.conds[r].tree, f, out)
	}
	if why := f.Fault(int(b.leaf)); why != "" {
		out = append(out, why)
	}
	return out
}

// Leaf describes a leaf for coverage reports.
type Leaf struct {
	// Source is where the leaf stands, nil for one that no author wrote.
	Source *Source
	Text   string
	From   int
	To     int
	Index  int
}

// Leaves lists the leaves of a condition in the order written.
func (c *Cond) Leaves() []Leaf {
	var out []Leaf
	var visit func(b *branch)
	visit = func(b *branch) {
		if b.leaf >= 0 {
			out = append(out, Leaf{b.src, b.text(), b.from, b.to, int(b.leaf)})
		}
		for _, k := range b.kids {
			visit(k)
		}
	}
	visit(c.tree)
	return out
}

// Force evaluates a leaf whether or not deciding needed it.
func (f *Frame) Force(leaf int) Tri {
	if s := f.leaf[leaf]; s != none {
		return s
	}
	return f.run(int32(leaf))
}

// Constant answers whether the condition is the same for everyone.
func (c *Cond) Constant(s *Set) (Tri, bool) {
	if len(c.leaves) != 1 || c.tree.leaf < 0 {
		return none, false
	}
	n := s.leaves[c.tree.leaf].node
	if n.op != opConst {
		return none, false
	}
	return Of(n.val.(bool)), true
}

// AsksSent tells whether any condition counts earlier sends, so that somebody
// has to remember them.
func (s *Set) AsksSent() bool {
	found := false
	look := func(n *node) bool {
		found = found || n.op == opCall && n.name == "sent"
		return !found
	}
	for i := range s.leaves {
		s.leaves[i].node.walk(look)
	}
	for _, v := range s.values {
		v.node.walk(look)
	}
	return found
}

// Comparison is a leaf that compares a field with a constant: where small
// changes of the field flip it.
type Comparison struct {
	Slot int
	Op   string
	// Value is int64 (whole numbers; Unix nanoseconds for times), float64,
	// string or bool; Days is set when the field's age in days is compared.
	Value any
	Days  bool
}

// Comparisons lists, for every leaf, the constants its fields are held against:
// candidates for the smallest change that flips a decision.
func (s *Set) Comparisons() []Comparison {
	var out []Comparison
	for i := range s.leaves {
		s.leaves[i].node.walk(func(n *node) bool {
			out = append(out, comparisonsOf(n)...)
			return true
		})
	}
	return out
}

func comparisonsOf(n *node) []Comparison {
	if len(n.args) == 0 || n.args[0] == nil {
		return nil
	}
	x, days := n.args[0], false
	if x.op == opCall && x.name == "days_since" {
		x, days = x.args[0], true
	}
	if x.op != opField {
		return nil
	}
	switch n.op {
	case opCompare:
		if v := n.args[1]; v.op == opConst {
			return []Comparison{{x.slot, n.name, plain(v.val), days}}
		}
	case opRange:
		r := n.val.([2]int64)
		return []Comparison{{x.slot, ">=", r[0], days}, {x.slot, "<=", r[1], days}}
	case opIn:
		var out []Comparison
		for _, s := range textsOf(n.args[1].val) {
			out = append(out, Comparison{x.slot, "==", s, false})
		}
		return out
	}
	return nil
}

func plain(v any) any {
	if t, ok := v.(instant); ok {
		return int64(t)
	}
	return v
}
