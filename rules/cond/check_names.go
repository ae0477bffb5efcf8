package cond

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
)

// dotted returns the path of a chain of names, as in contact.name.given.
func dotted(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value, true
	case *ast.MemberNode:
		prop, ok := n.Property.(*ast.StringNode)
		if !ok || n.Optional {
			return "", false
		}
		base, ok := dotted(n.Node)
		return base + "." + prop.Value, ok
	default:
		return "", false
	}
}

// name resolves a field, parameter or signal, or a member of a list's item.
func (c *checker) name(n ast.Node) *node {
	path, ok := dotted(n)
	if !ok {
		return c.member(n.(*ast.MemberNode))
	}
	switch head, rest, _ := strings.Cut(path, "."); head {
	case "params":
		return c.param(n, rest)
	case "signal", "signals":
		return c.signal(n, rest)
	case "persona", "personas":
		return c.ref(n, "persona", strings.TrimPrefix(path, head+"."), diag.UnknownPersona)
	}
	return c.field(n, path)
}

func (c *checker) field(n ast.Node, path string) *node {
	f, ok := c.names.Fields.Lookup(path)
	if !ok {
		return c.unknownName(n, path)
	}
	return &node{op: opField, typ: typeOf(f.Type), name: path, slot: c.fieldUse(path)}
}

func (c *checker) unknownName(n ast.Node, path string) *node {
	if groups := c.groupOf(path); groups != "" {
		return c.fail(n, diag.UnknownField, fmt.Sprintf("%s is a group of fields, not a value", path), "it has "+groups)
	}
	if base, last, ok := cutLast(path); ok {
		if f, isField := c.names.Fields.Lookup(base); isField {
			return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s is %s and has no member %q", base, typeOf(f.Type), last), memberHint(f))
		}
	}
	return c.fail(n, diag.UnknownField, fmt.Sprintf("there is no field %s", path), suggestField(path, c.names.Fields))
}

func suggestField(path string, s *field.Schema) string {
	if hint := foreignName(path); hint != "" {
		return hint
	}
	if hint := diag.DidYouMean(path, s.Paths()); hint != "" {
		return hint
	}
	if !strings.Contains(path, ".") {
		return fmt.Sprintf("put it in quotes if it is a text: %q; a field has its group in front, as in contact.country", path)
	}
	return "declare it under fields: with its type"
}

func memberHint(f *field.Field) string {
	if f.Type.Kind != field.List {
		return ""
	}
	if f.Type.Elem == field.Object {
		return fmt.Sprintf("ask the items: any(%s, .%s …)", f.Path, f.Type.Members[0].Name)
	}
	return fmt.Sprintf("ask the items: any(%s, # == …)", f.Path)
}

func cutLast(path string) (string, string, bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", "", false
	}
	return path[:i], path[i+1:], true
}

// groupOf lists a few fields below a path that is itself no field.
func (c *checker) groupOf(path string) string {
	var below []string
	for _, p := range c.names.Fields.Paths() {
		if strings.HasPrefix(p, path+".") {
			below = append(below, p)
		}
	}
	slices.Sort(below)
	if len(below) > 4 {
		below = append(below[:4], "…")
	}
	return strings.Join(below, ", ")
}

func (c *checker) param(n ast.Node, name string) *node {
	v, ok := c.names.Params[name]
	if !ok {
		return c.fail(n, diag.UnknownParam, fmt.Sprintf("there is no param %q", name), suggest(name, keysOf(c.names.Params), "define it under params:"))
	}
	return constant(v)
}

func suggest(name string, candidates []string, otherwise string) string {
	slices.Sort(candidates)
	if hint := diag.DidYouMean(name, candidates); hint != "" {
		return hint
	}
	return otherwise
}

// constant makes a node of a parameter's value.
func constant(v any) *node {
	switch v.(type) {
	case bool:
		return &node{op: opConst, typ: tBool, val: v}
	case int64:
		return &node{op: opConst, typ: tInt, val: v}
	case float64:
		return &node{op: opConst, typ: tFloat, val: v}
	case string:
		return &node{op: opConst, typ: tString, val: v}
	case []string:
		return &node{op: opList, typ: typ{kind: kList, elem: kString}, val: v}
	case []int64:
		return &node{op: opList, typ: typ{kind: kList, elem: kInt}, val: v}
	case []float64:
		return &node{op: opList, typ: typ{kind: kList, elem: kFloat}, val: v}
	default:
		return nil
	}
}

func (c *checker) signal(n ast.Node, name string) *node {
	if v, ok := c.names.Values[name]; ok {
		return &node{op: opSignal, typ: v.typ, name: name, slot: v.number}
	}
	return c.ref(n, "signal", name, diag.UnknownSignal)
}

func (c *checker) ref(n ast.Node, what, name, code string) *node {
	number, ok := c.names.Refs[what+"."+name]
	if !ok {
		return c.fail(n, code, fmt.Sprintf("there is no %s %q", what, name), suggest(name, c.names.refNames(what+"."), ""))
	}
	return &node{op: opRef, typ: tBool, name: what + "." + name, slot: number}
}
