package cond

// MissingSends reports whether a condition is unknown because it counts earlier
// sends, also by way of signals and other conditions, and nobody knows them. It
// is for explaining, and takes its time.
func (s *Set) MissingSends(c *Cond, f *Frame) bool { return s.missingSends(c.tree, f) }

func (s *Set) missingSends(b *branch, f *Frame) bool {
	if b.eval(f) != Unknown {
		return false
	}
	if b.leaf >= 0 {
		l := &s.leaves[b.leaf]
		found := s.lacksSends(l, f)
		for _, r := range l.refs {
			found = found || s.missingSends(s.conds[r].tree, f)
		}
		return found
	}
	for _, k := range b.kids {
		if s.missingSends(k, f) {
			return true
		}
	}
	return false
}

// lacksSends asks what a leaf that is unknown asks: itself, and the signals that it
// reads.
func (s *Set) lacksSends(l *leaf, f *Frame) bool {
	found := false
	look := func(n *node) bool {
		if n.op == opCall && n.name == "sent" && allConst(n.args) {
			_, value := sentCall(n)(f)
			found = found || value == Unknown
		}
		return !found
	}
	l.node.walk(look)
	for _, sig := range l.sigs {
		if f.signal(sig).state == Unknown {
			s.values[sig].node.walk(look)
		}
	}
	return found
}

func allConst(nodes []*node) bool {
	for _, n := range nodes {
		if !n.isConst() {
			return false
		}
	}
	return true
}
