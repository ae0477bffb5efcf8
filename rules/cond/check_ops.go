package cond

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

func (c *checker) unary(n *ast.UnaryNode) *node {
	switch n.Operator {
	case "not", "!":
		a := c.expr(n.Node)
		if a == nil {
			return nil
		}
		if a.typ.kind != kBool {
			return c.fail(n.Node, diag.TypeMismatch, fmt.Sprintf("what follows not must be true or false, this is %s", a.typ), "put what it denies in brackets: not (contact.country == \"PL\"); or use !=")
		}
		return &node{op: opNot, typ: tBool, args: []*node{a}}
	case "-", "+":
		a := c.want(n.Node, "what follows "+n.Operator, kInt, kFloat, kDuration)
		if a == nil || n.Operator == "+" {
			return a
		}
		switch v := a.val.(type) {
		case int64:
			return &node{op: opConst, typ: tInt, val: -v}
		case float64:
			return &node{op: opConst, typ: tFloat, val: -v}
		}
		return &node{op: opNeg, typ: a.typ, args: []*node{a}}
	default:
		return c.fail(n, diag.FunctionNotAvailable, n.Operator+" is not available in conditions", "")
	}
}

func (c *checker) binary(n *ast.BinaryNode) *node {
	switch n.Operator {
	case "and", "&&":
		return c.junction(n, opAnd)
	case "or", "||":
		return c.junction(n, opOr)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.compare(n)
	case "+", "-", "*", "/", "%", "**", "^":
		return c.arith(n)
	case "in":
		return c.in(n)
	case "contains", "startsWith", "endsWith":
		return c.text(n)
	case "matches":
		return c.matches(n)
	case "??":
		return c.coalesce(n)
	default:
		return c.fail(n, diag.FunctionNotAvailable, n.Operator+" is not available in conditions", "")
	}
}

// junction flattens a and b and c into one node.
func (c *checker) junction(n *ast.BinaryNode, o op) *node {
	word := "and"
	if o == opOr {
		word = "or"
	}
	l, r := c.want(n.Left, "what "+word+" joins", kBool), c.want(n.Right, "what "+word+" joins", kBool)
	if l == nil || r == nil {
		return nil
	}
	out := &node{op: o, typ: tBool}
	for _, side := range []*node{l, r} {
		if side.op == o {
			out.args = append(out.args, side.args...)
		} else {
			out.args = append(out.args, side)
		}
	}
	return out
}

// arith gives whole numbers from whole numbers, except for / and **.
func (c *checker) arith(n *ast.BinaryNode) *node {
	l, r := c.expr(n.Left), c.expr(n.Right)
	if l == nil || r == nil {
		return nil
	}
	op := n.Operator
	if op == "^" {
		op = "**"
	}
	t, ok := arithType(op, l.typ.kind, r.typ.kind)
	if !ok {
		hint := mismatchHint(l, r)
		if l.typ.kind == kString && op == "+" {
			hint = "texts can't be joined: compare the parts"
		}
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s can't be used on %s and %s", n.Operator, l.typ, r.typ), hint)
	}
	if (op == "/" || op == "%") && isZero(r) {
		return c.fail(n, diag.TypeMismatch, "this divides by zero", "")
	}
	return &node{op: opArith, typ: typ{kind: t}, name: op, args: []*node{l, r}}
}

func isZero(n *node) bool { return n.op == opConst && (n.val == int64(0) || n.val == 0.0) }

func arithType(op string, l, r kind) (kind, bool) {
	lt, rt := typ{kind: l}, typ{kind: r}
	switch {
	case lt.number() && rt.number():
		return numericResult(op, l, r)
	case op == "-" && l == kTime && r == kTime:
		return kDuration, true
	case (op == "+" || op == "-") && r == kDuration && (l == kTime || l == kDuration):
		return l, true
	case op == "+" && l == kDuration && r == kTime:
		return kTime, true
	default:
		return kInvalid, false
	}
}

func numericResult(op string, l, r kind) (kind, bool) {
	switch {
	case op == "%":
		return kInt, l == kInt && r == kInt
	case op == "/" || op == "**" || l == kFloat || r == kFloat:
		return kFloat, true
	default:
		return kInt, true
	}
}

func (c *checker) coalesce(n *ast.BinaryNode) *node {
	l, r := c.expr(n.Left), c.expr(n.Right)
	if l == nil || r == nil {
		return nil
	}
	if c.item != nil && (l.op == opMember || l.op == opItem) && !r.isConst() {
		return c.fail(n, diag.FunctionNotAvailable, "the default of an item's member must be fixed", "")
	}
	if l.typ.kind == kFloat && r.typ.kind == kInt && r.op == opConst {
		r = &node{op: opConst, typ: tFloat, val: float64(r.val.(int64)), from: r.from, to: r.to}
	}
	if l.typ.kind != r.typ.kind || !l.typ.scalar() {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("the default of %s can't be %s", l.typ, r.typ), mismatchHint(l, r))
	}
	if !c.enumOK(n, l, r) {
		return nil
	}
	return &node{op: opCoalesce, typ: l.typ, args: []*node{l, r}}
}

func (c *checker) conditional(n *ast.ConditionalNode) *node {
	q := c.want(n.Cond, "the question before ?", kBool)
	a, b := c.expr(n.Exp1), c.expr(n.Exp2)
	if q == nil || a == nil || b == nil {
		return nil
	}
	if a.typ.kind != b.typ.kind || !a.typ.scalar() {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("both answers must be of one type, these are %s and %s", a.typ, b.typ), "")
	}
	return &node{op: opVM, typ: a.typ, name: "?:", args: []*node{q, a, b}}
}

// array is a list of constants of one type; whole numbers widen to numbers.
func (c *checker) array(n *ast.ArrayNode) *node {
	if len(n.Nodes) == 0 {
		return c.fail(n, diag.TypeMismatch, "an empty list holds nothing", "")
	}
	var texts []string
	var ints []int64
	var floats []float64
	for _, item := range n.Nodes {
		v := c.expr(item)
		if v == nil {
			return nil
		}
		switch x := v.val.(type) {
		case string:
			texts = append(texts, x)
		case int64:
			ints, floats = append(ints, x), append(floats, float64(x))
		case float64:
			floats = append(floats, x)
		default:
			return c.fail(item, diag.TypeMismatch, "a list in a condition holds fixed texts or numbers", "use or for alternatives between fields")
		}
	}
	switch len(n.Nodes) {
	case len(texts):
		return constant(texts)
	case len(ints):
		return constant(ints)
	case len(floats):
		return constant(floats)
	default:
		return c.fail(n, diag.TypeMismatch, "a list holds either texts or numbers, not both", "")
	}
}
