package cond

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
)

// pointer is # or the start of .member inside a predicate.
func (c *checker) pointer(n *ast.PointerNode) *node {
	if c.item == nil {
		return c.fail(n, diag.ConditionSyntax, "# stands for an item and works only inside any(…), all(…), count(…) and the like", "")
	}
	if n.Name != "" {
		return c.fail(n, diag.FunctionNotAvailable, "#"+n.Name+" is not available in conditions", "")
	}
	if c.item.kind == kObject {
		return c.fail(n, diag.TypeMismatch, "an item is an object: compare one of its members", "as in ."+c.item.members[0].Name)
	}
	return &node{op: opItem, typ: *c.item}
}

// member is .name of an item, or list[i].name.
func (c *checker) member(n *ast.MemberNode) *node {
	prop, isName := n.Property.(*ast.StringNode)
	if p, ok := n.Node.(*ast.PointerNode); ok && isName && p.Name == "" && c.item != nil {
		return c.itemMember(n, prop.Value)
	}
	if isName {
		if inner, ok := n.Node.(*ast.MemberNode); ok {
			if list := c.indexed(inner); list != nil {
				return c.indexMember(n, list, prop.Value)
			}
			return nil
		}
		return c.fail(n, diag.FunctionNotAvailable, "."+prop.Value+" can't be read from this", "")
	}
	list := c.indexed(n)
	if list != nil && list.typ.kind == kObject {
		return c.fail(n, diag.TypeMismatch, "this is a whole object: read one of its members", "as in ."+list.typ.members[0].Name)
	}
	return list
}

func (c *checker) itemMember(n ast.Node, name string) *node {
	if c.item.kind != kObject {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("an item is %s and has no members", c.item), "write # for the item itself")
	}
	for i, m := range c.item.members {
		if m.Name == name {
			return &node{op: opMember, typ: typ{kind: kindOf(m.Kind)}, name: name, slot: i}
		}
	}
	return c.noMember(n, *c.item, name)
}

func (c *checker) noMember(n ast.Node, t typ, name string) *node {
	names := make([]string, len(t.members))
	for i, m := range t.members {
		names[i] = m.Name
	}
	return c.fail(n, diag.UnknownField, fmt.Sprintf("items have no member %q", name), suggest(name, names, "they have "+strings.Join(names, ", ")))
}

// indexed is list[i] with a constant i; negative counts from the end.
func (c *checker) indexed(n *ast.MemberNode) *node {
	list := c.expr(n.Node)
	if list == nil {
		return nil
	}
	if list.op != opField || list.typ.kind != kList {
		return c.fail(n, diag.TypeMismatch, "only list fields have items", "")
	}
	at := c.expr(n.Property)
	if at == nil {
		return nil
	}
	i, ok := at.val.(int64)
	if at.op == opNeg {
		if v, isInt := at.args[0].val.(int64); isInt {
			i, ok = -v, true
		}
	}
	if !ok || i >= field.MaxListItems || i < -field.MaxListItems {
		return c.fail(n, diag.TypeMismatch, "an item's number must be a small whole number", "[0] is the first, [-1] the last")
	}
	return &node{op: opIndex, typ: list.typ.item(), args: []*node{list}, val: i, slot: -1}
}

func (c *checker) indexMember(n ast.Node, list *node, name string) *node {
	for i, m := range list.typ.members {
		if m.Name == name {
			return &node{op: opIndex, typ: typ{kind: kindOf(m.Kind)}, args: list.args, val: list.val, name: name, slot: i}
		}
	}
	if list.typ.kind != kObject {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("an item is %s and has no members", list.typ), "")
	}
	return c.noMember(n, list.typ, name)
}
