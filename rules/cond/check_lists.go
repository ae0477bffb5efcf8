package cond

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

// list checks a quantifier's list and, inside its item context, the predicate.
func (c *checker) list(n ast.Node, name string, args []ast.Node) (list, body *node, ok bool) {
	list = c.expr(args[0])
	if list == nil {
		return nil, nil, false
	}
	if list.typ.kind != kList {
		c.fail(args[0], diag.TypeMismatch, fmt.Sprintf("%s works on a list, this is %s", name, list.typ), "")
		return nil, nil, false
	}
	if len(args) == 1 {
		return list, nil, true
	}
	p, isPredicate := args[1].(*ast.PredicateNode)
	if !isPredicate {
		c.fail(args[1], diag.ConditionSyntax, name+" takes a question about each item", "as in "+name+`(contact.tags, # startsWith "vip")`)
		return nil, nil, false
	}
	if c.nested == maxNested {
		c.fail(n, diag.PredicatesTooDeep, "predicates are nested more than 2 deep", "name the inner part in signals:")
		return nil, nil, false
	}
	outer, item := c.item, list.typ.item()
	c.item, c.nested = &item, c.nested+1
	body = c.expr(p.Node)
	c.item, c.nested = outer, c.nested-1
	return list, body, body != nil
}

func (c *checker) quantifier(n ast.Node, name string, args []ast.Node) *node {
	least := 2
	if name == "sum" || name == "count" {
		least = 1
	}
	if !c.arity(n, name, name+"(contact.tags, # == \"vip\")", args, least, 2) {
		return nil
	}
	list, body, ok := c.list(n, name, args)
	if !ok {
		return nil
	}
	out := &node{op: opQuant, typ: tBool, name: name, args: []*node{list, body}}
	switch name {
	case "count":
		out.typ = tInt
		if body == nil {
			if list.typ.elem != kBool {
				return c.fail(n, diag.TypeMismatch, "count without a question counts true items", "use len(list) for the number of items")
			}
			return out
		}
	case "sum":
		return c.sum(n, out)
	}
	if body.typ.kind != kBool {
		return c.fail(args[1], diag.TypeMismatch, fmt.Sprintf("the question about each item must be true or false, this is %s", body.typ), "compare it with something")
	}
	return out
}

func (c *checker) sum(n ast.Node, out *node) *node {
	t := out.args[0].typ.item()
	if out.args[1] != nil {
		t = out.args[1].typ
	}
	if !t.number() {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("sum adds numbers, this is %s", t), "")
	}
	out.typ = typ{kind: t.kind}
	return out
}

// listCall is what makes a list or a value of one in the virtual machine.
func (c *checker) listCall(n ast.Node, name string, args []ast.Node) *node {
	if name == "split" {
		return c.split(n, args)
	}
	withBody := name == "filter" || name == "map"
	most := 1
	if withBody {
		most = 2
	}
	if !c.arity(n, name, name+"(…)", args, most, most) {
		return nil
	}
	list, body, ok := c.list(n, name, args)
	if !ok {
		return nil
	}
	out := &node{op: opVM, typ: list.typ, name: name, args: []*node{list, body}}
	switch name {
	case "filter":
		if body.typ.kind != kBool {
			return c.fail(args[1], diag.TypeMismatch, "filter needs a question that is true or false", "")
		}
	case "map":
		if !body.typ.scalar() {
			return c.fail(args[1], diag.TypeMismatch, "map must give a plain value for each item", "")
		}
		out.typ = typ{kind: kList, elem: body.typ.kind}
	case "first", "last":
		return c.endItem(n, out)
	default: // mean, median, min, max
		if !list.typ.item().number() {
			return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s works on a list of numbers, this is %s", name, list.typ), "")
		}
		out.typ = list.typ.item()
		if name == "mean" || name == "median" {
			out.typ = tFloat
		}
	}
	return out
}

// endItem makes first(list) the same predicate as list[0].
func (c *checker) endItem(n ast.Node, out *node) *node {
	list := out.args[0]
	if !list.typ.item().scalar() {
		return c.fail(n, diag.TypeMismatch, "this is a whole object: read one of its members", "as in "+list.name+"[0]."+list.typ.members[0].Name)
	}
	at := map[string]int64{"first": 0, "last": -1}[out.name]
	if list.op == opField {
		return &node{op: opIndex, typ: list.typ.item(), args: []*node{list}, val: at, slot: -1}
	}
	out.typ = list.typ.item()
	return out
}

func (c *checker) split(n ast.Node, args []ast.Node) *node {
	const example = `split(contact.email, "@")`
	if !c.arity(n, "split", example, args, 2, 2) {
		return nil
	}
	s := c.want(args[0], "what split cuts", kString)
	sep, ok := c.constText(args[1], "where split cuts", example)
	if s == nil || !ok {
		return nil
	}
	return &node{op: opVM, typ: typ{kind: kList, elem: kString}, name: "split", args: []*node{s, {op: opConst, typ: tString, val: sep}}}
}
