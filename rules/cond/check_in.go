package cond

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

func (c *checker) in(n *ast.BinaryNode) *node {
	l := c.expr(n.Left)
	if rng, ok := n.Right.(*ast.BinaryNode); ok && rng.Operator == ".." {
		return c.inRange(n, l, rng)
	}
	r := c.expr(n.Right)
	if l == nil || r == nil {
		return nil
	}
	if r.typ.kind == kString && l.typ.kind == kString {
		return c.fail(n, diag.TypeMismatch, "in looks into lists, and this is text", "use contains to look into text")
	}
	if r.typ.kind != kList || !comparable2(l.typ, r.typ.item()) {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s can't be in %s", l.typ, r.typ), mismatchHint(l, r.itemNode()))
	}
	if !c.enumMembers(n, l, r) || !c.enumOK(n, r, l) {
		return nil
	}
	if l.isConst() && r.isConst() {
		return c.fail(n, diag.ConstantCondition, "both sides are fixed, so this is always the same", "ask about a field")
	}
	return &node{op: opIn, typ: tBool, args: []*node{l, r}}
}

func (n *node) itemNode() *node { return &node{op: n.op, typ: n.typ.item()} }

func (c *checker) enumMembers(at ast.Node, l, r *node) bool {
	texts, ok := r.val.([]string)
	if !ok {
		return true
	}
	for _, s := range texts {
		if !c.enumHas(at, l, s) {
			return false
		}
	}
	return true
}

func (c *checker) inRange(n ast.Node, l *node, rng *ast.BinaryNode) *node {
	lo, hi := c.want(rng.Left, "the start of a range", kInt), c.want(rng.Right, "the end of a range", kInt)
	if l == nil || lo == nil || hi == nil {
		return nil
	}
	a, okA := lo.val.(int64)
	b, okB := hi.val.(int64)
	if !okA || !okB || a > b {
		return c.fail(n, diag.TypeMismatch, "a range needs two fixed whole numbers, the smaller first", "as in 18..25")
	}
	if l.typ.kind != kInt {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s can't be in a range of whole numbers", l.typ), "use >= and <=")
	}
	return &node{op: opRange, typ: tBool, args: []*node{l}, val: [2]int64{a, b}}
}
