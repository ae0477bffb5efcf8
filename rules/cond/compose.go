package cond

// All is the condition that every one of the given conditions holds.
func (b *Builder) All(cs ...*Cond) *Cond { return b.compose(opAnd, cs) }

// Any is the condition that one of the given conditions holds.
func (b *Builder) Any(cs ...*Cond) *Cond { return b.compose(opOr, cs) }

// Negate is the condition that the given one does not hold.
func (b *Builder) Negate(c *Cond) *Cond { return b.compose(opNot, []*Cond{c}) }

// compose joins the trees of conditions. Spans below it belong to the sources
// of the parts, so the whole is explained part by part, not as one text.
func (b *Builder) compose(o op, cs []*Cond) *Cond {
	if len(cs) == 1 && o != opNot {
		return cs[0]
	}
	out := &Cond{Source: cs[0].Source}
	tree := &branch{op: o, leaf: -1}
	for _, c := range cs {
		tree.kids = append(tree.kids, c.tree)
		out.leaves = append(out.leaves, c.leaves...)
	}
	out.tree = tree
	b.set.assemble(out)
	return out
}

// heldName begins the name of the leaf that Held makes.
const heldName = "held "

// Held is the condition that the last decision for this contact matched the
// persona. Without a remembered state it is false.
func (b *Builder) Held(persona string) *Cond {
	i := b.set.add(leaf{node: &node{op: opCall, typ: tBool, name: heldName + persona}}, func(f *Frame) Tri {
		return Of(f.State != nil && f.State.Held(persona))
	})
	tree := &branch{op: opConst, leaf: int32(i)}
	out := &Cond{tree: tree, leaves: []int{i}}
	b.set.assemble(out)
	return out
}
