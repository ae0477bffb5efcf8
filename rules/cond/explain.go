package cond

import "strings"

// Part is one part of a condition as it came out: and, or and not with their
// parts, or a leaf.
type Part struct {
	// Op is "and", "or", "not", or "" for a leaf.
	Op string
	// Text is the part as the author wrote it, or what stands for it in words
	// when no author did.
	Text  string
	Value Tri
	// Slots are the fields that a leaf reads or asks about.
	Slots []int
	// Sends says that a leaf is unknown because nobody knows the earlier sends.
	Sends bool
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
		p.Refs, p.Sends = l.refs, p.Value == Unknown && f.set.lacksSends(l, f)
		if p.Text == "" && strings.HasPrefix(l.node.name, heldName) {
			p.Text = "held since an earlier decision"
		}
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

// Constant reports whether the condition is the same for everyone.
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
