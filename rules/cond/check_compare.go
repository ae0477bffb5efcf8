package cond

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

func comparable2(a, b typ) bool {
	return a.scalar() && (a.kind == b.kind || a.number() && b.number())
}

func (c *checker) compare(n *ast.BinaryNode) *node {
	l, r := c.expr(n.Left), c.expr(n.Right)
	if l == nil || r == nil {
		return nil
	}
	if !comparable2(l.typ, r.typ) {
		hint := mismatchHint(l, r)
		if writtenDate(n.Left) || writtenDate(n.Right) {
			hint = dateHint
		}
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s and %s can't be compared with %s", l.typ, r.typ, n.Operator), hint)
	}
	equality := n.Operator == "==" || n.Operator == "!="
	if l.typ.kind == kBool && !equality {
		return c.fail(n, diag.TypeMismatch, "true and false have no order", "use == or not")
	}
	if !c.enumOK(n, l, r) || !c.enumOK(n, r, l) {
		return nil
	}
	op := n.Operator
	if l.isConst() && !r.isConst() {
		l, r, op = r, l, flip(op)
	}
	if l.isConst() && r.isConst() {
		return c.fail(n, diag.ConstantCondition, "both sides are fixed, so this is always the same", "compare a field")
	}
	return &node{op: opCompare, typ: tBool, name: op, args: []*node{l, r}}
}

const dateHint = `write a date as date("2026-01-31")`

func mismatchHint(l, r *node) string {
	if l.typ.kind == kTime && r.typ.kind == kString || r.typ.kind == kTime && l.typ.kind == kString {
		return dateHint
	}
	if l.typ.kind == kTime && r.typ.number() || r.typ.kind == kTime && l.typ.number() {
		return "use days_since(field) for an age in days"
	}
	if daysSince(l) && r.typ.kind == kDuration || daysSince(r) && l.typ.kind == kDuration {
		return "days_since(…) is a number of days: compare it with a number, as in > 30"
	}
	if l.typ.kind == kDuration && r.typ.number() || r.typ.kind == kDuration && l.typ.number() {
		return "write a span of time as days(30)"
	}
	if l.typ.kind == kBool && !l.isConst() {
		return boolHint(l)
	}
	if r.typ.kind == kBool && !r.isConst() {
		return boolHint(r)
	}
	if l.typ.kind == kList || r.typ.kind == kList {
		return `use has(list, "value"), len(list) or any(list, …)`
	}
	if l.typ.number() && r.isConst() && r.typ.kind == kString || r.typ.number() && l.isConst() && l.typ.kind == kString {
		return "write the number without quotes"
	}
	if l.typ.kind == kString && r.isConst() && r.typ.number() || r.typ.kind == kString && l.isConst() && l.typ.number() {
		return "write the number in quotes: the field holds text"
	}
	return ""
}

func daysSince(n *node) bool { return n.op == opCall && n.name == "days_since" }

// boolHint answers x == "true" and x == 1.
func boolHint(n *node) string {
	name := "this"
	if n.op == opField {
		name = n.name
	}
	return fmt.Sprintf("%s is true or false by itself: write %s, or not %s", name, name, name)
}

// enumOK reports a constant that the field can never have.
func (c *checker) enumOK(at ast.Node, f, v *node) bool {
	s, isText := v.val.(string)
	if !isText || v.op != opConst {
		return true
	}
	return c.enumHas(at, f, s)
}

func (c *checker) enumHas(at ast.Node, f *node, s string) bool {
	if f.op != opField {
		return c.caseOK(at, f, s)
	}
	decl, _ := c.names.Fields.Lookup(f.name)
	if len(decl.Enum) == 0 {
		return true
	}
	if slices.Contains(decl.Enum, s) {
		return true
	}
	c.fail(at, diag.NotInEnum, fmt.Sprintf("%s is never %q", f.name, s), suggest(s, slices.Clone(decl.Enum), "it is one of "+quotedList(decl.Enum)))
	return false
}

// caseOK reports a text in capitals where a function gives lower case, and the
// other way about.
func (c *checker) caseOK(at ast.Node, f *node, s string) bool {
	change, what := strings.ToLower, "in lower case"
	switch {
	case f.op != opCall:
		return true
	case f.name == "upper":
		change, what = strings.ToUpper, "in capitals"
	case f.name != "lower" && f.name != "domain":
		return true
	}
	if change(s) == s {
		return true
	}
	c.fail(at, diag.NotInEnum, fmt.Sprintf("%s(…) is %s, so never %q", f.name, what, s), fmt.Sprintf("write %q", change(s)))
	return false
}

// quotedList is "a", "b", "c" as people write it.
func quotedList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = strconv.Quote(s)
	}
	return strings.Join(quoted, ", ")
}
