package cond

import (
	"fmt"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

func (c *checker) known(n ast.Node, args []ast.Node) *node {
	if !c.arity(n, "known", "known(contact.email)", args, 1, 1) {
		return nil
	}
	var a *node
	if s, ok := args[0].(*ast.StringNode); ok {
		a = c.field(s, s.Value)
	} else {
		a = c.expr(args[0])
	}
	if a == nil {
		return nil
	}
	switch a.op {
	case opField, opMember, opItem, opSignal, opIndex, opRef:
		return &node{op: opKnown, typ: tBool, args: []*node{a}}
	default:
		return c.fail(n, diag.TypeMismatch, "known asks about a field", "as in known(contact.email)")
	}
}

// has(list, v, …) is true when the list holds any of the values.
func (c *checker) has(n ast.Node, args []ast.Node) *node {
	const example = `has(contact.tags, "supplier", "agency")`
	if !c.arity(n, "has", example, args, 2, 100) {
		return nil
	}
	list := c.wantAs(args[0], "the first value of has", example, kList)
	values := c.array(&ast.ArrayNode{Nodes: args[1:]})
	if list == nil || values == nil {
		return nil
	}
	if !comparable2(list.typ.item(), values.typ.item()) {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s can't hold %ss", list.typ, values.typ.elem.word()), "")
	}
	if list.op == opField {
		for _, s := range textsOf(values.val) {
			if !c.enumHas(n, list, s) {
				return nil
			}
		}
	}
	return &node{op: opCall, typ: tBool, name: "has", args: []*node{list, values}}
}

func textsOf(v any) []string {
	s, _ := v.([]string)
	return s
}

func (c *checker) constText(n ast.Node, what, example string) (string, bool) {
	if id, bare := n.(*ast.IdentifierNode); bare {
		c.fail(n, diag.TypeMismatch, what+" must be in quotes", fmt.Sprintf("write %q", id.Value))
		return "", false
	}
	v := c.expr(n)
	if v == nil {
		return "", false
	}
	s, ok := v.val.(string)
	if !ok || v.op != opConst || s == "" {
		c.fail(n, diag.TypeMismatch, what+" must be fixed text", "as in "+example)
		return "", false
	}
	return s, true
}

func (c *checker) inList(n ast.Node, args []ast.Node) *node {
	const example = `in_list("competitors", domain(contact.email))`
	if !c.arity(n, "in_list", example, args, 2, 2) {
		return nil
	}
	name, ok := c.constText(args[0], "the name of the list", example)
	v := c.wantAs(args[1], "what is looked up", example, kString)
	if !ok || v == nil {
		return nil
	}
	list, found := c.names.Lists[name]
	if !found {
		return c.fail(args[0], diag.UnknownList, fmt.Sprintf("there is no list %q", name), suggest(name, keysOf(c.names.Lists), "declare it under lists:"))
	}
	return &node{op: opCall, typ: tBool, name: "in_list", val: list, args: []*node{{op: opConst, typ: tString, val: name}, v}}
}

// bucket(salt, percent) is true for a stable share of contacts.
func (c *checker) bucket(n ast.Node, args []ast.Node) *node {
	const example = `bucket("reframe", 10)`
	if !c.arity(n, "bucket", example, args, 2, 2) {
		return nil
	}
	salt, ok := c.constText(args[0], "the salt", example)
	share := c.want(args[1], "the share", kInt, kFloat)
	if !ok || share == nil {
		return nil
	}
	percent := number(share.val)
	if !share.isConst() || percent < 0 || percent > 100 {
		return c.fail(args[1], diag.TypeMismatch, "the share must be a fixed percentage from 0 to 100", "as in "+example)
	}
	if strings.ContainsRune(salt, 0) {
		return c.fail(args[0], diag.TypeMismatch, "a salt may not contain NUL", "")
	}
	key := &node{op: opField, typ: tString, name: "contact.id", slot: c.fieldUse("contact.id")}
	return &node{op: opCall, typ: tBool, name: "bucket", val: int64(percent*1000 + 0.5), args: []*node{{op: opConst, typ: tString, val: salt}, key}}
}

func (c *checker) refCall(n ast.Node, what string, args []ast.Node, code string) *node {
	example := what + `("champion")`
	if !c.arity(n, what, example, args, 1, 1) {
		return nil
	}
	name, ok := c.constText(args[0], "the name of the "+what, example)
	if !ok {
		return nil
	}
	if what == "signal" {
		return c.signal(args[0], name)
	}
	return c.ref(args[0], what, name, code)
}

// literal is date("2026-01-31") or duration("12h"): both are read at compile time.
func (c *checker) literal(n ast.Node, name string, args []ast.Node) *node {
	example := map[string]string{"date": `date("2026-01-31")`, "duration": `duration("12h")`}[name]
	if !c.arity(n, name, example, args, 1, 1) {
		return nil
	}
	s, ok := c.constText(args[0], "what "+name+" reads", example)
	if !ok {
		return nil
	}
	if name == "date" {
		t, ok := parseDate(s)
		if !ok {
			return c.fail(args[0], diag.BadDateLiteral, "this is no date", "write date(\"2026-01-31\") or a date and time with an offset, 2026-01-31T09:00:00+01:00")
		}
		return &node{op: opConst, typ: tTime, val: instant(t.UnixNano())}
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		hint := "units are h, m and s"
		if strings.ContainsAny(s, "dw") {
			return c.fail(args[0], diag.DaysInDuration, "duration does not know days or weeks", "write days(30)")
		}
		return c.fail(args[0], diag.BadDateLiteral, "this is no duration", hint)
	}
	return &node{op: opConst, typ: tDuration, val: d}
}

func parseDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1678 && t.Year() < 2262 {
			return t, true
		}
	}
	return time.Time{}, false
}

func (c *checker) length(n ast.Node, args []ast.Node) *node {
	const example = "len(contact.tags) > 0"
	if !c.arity(n, "len", example, args, 1, 1) {
		return nil
	}
	a := c.wantAs(args[0], "what len counts", example, kList, kString)
	if a == nil {
		return nil
	}
	return &node{op: opCall, typ: tInt, name: "len", args: []*node{a}}
}

func (c *checker) extreme(n ast.Node, name string, args []ast.Node) *node {
	if len(args) == 1 {
		return c.listCall(n, name, args)
	}
	if !c.arity(n, name, name+"(orders.count, 3)", args, 2, 16) {
		return nil
	}
	out := &node{op: opCall, typ: tInt, name: name}
	for _, a := range args {
		v := c.want(a, "what "+name+" compares", kInt, kFloat)
		if v == nil {
			return nil
		}
		if v.typ.kind == kFloat {
			out.typ = tFloat
		}
		out.args = append(out.args, v)
	}
	return out
}

func (c *checker) knowledge(n ast.Node, name string, args []ast.Node) *node {
	example := name + "(contact.email)"
	if !c.arity(n, name, example, args, 1, 1) {
		return nil
	}
	v := c.wantAs(args[0], "what "+name+" asks about", example, kString)
	if v == nil {
		return nil
	}
	return &node{op: opCall, typ: tBool, name: name, val: knows(c.names.Knowledge[name]), args: []*node{v}}
}
