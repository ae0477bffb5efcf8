package cond

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
)

// checker turns a parsed expression into typed nodes. A node that is wrong is
// reported once and becomes nil; what stands above it is still checked.
type checker struct {
	names    *Names
	problems []problem
	item     *typ // type of # inside a predicate
	nested   int
	fieldUse func(path string) int // slot of a field
}

func (c *checker) fail(n ast.Node, code, msg, hint string) *node {
	from, to := span(n)
	c.problems = append(c.problems, problem{from, to, code, msg, hint})
	return nil
}

// parse runs expr's parser on prescanned source.
func parse(src string) (ast.Node, []problem) {
	tree, err := parser.ParseWithConfig(src, &conf.Config{MaxNodes: maxNodes})
	if err == nil {
		return tree.Node, nil
	}
	var fe *file.Error
	if !errors.As(err, &fe) {
		return nil, []problem{{0, 1, diag.ConditionSyntax, "the condition can't be read: " + err.Error(), ""}}
	}
	from, to := fe.From, fe.To
	if to <= from {
		to = from + 1
	}
	code, msg, hint := diag.ConditionSyntax, friendlySyntax(fe.Message), ""
	if strings.Contains(fe.Message, "maximum allowed nodes") {
		code, msg, hint = diag.ConditionTooComplex, "the condition has more than 1,000 parts", "split it into signals"
	}
	return nil, []problem{{from, to, code, msg, hint}}
}

// friendlySyntax rewords the parser's message for people who don't parse.
func friendlySyntax(msg string) string {
	switch {
	case strings.Contains(msg, "token EOF"), strings.Contains(msg, "unexpected end"):
		return "the condition ends too early: something is missing at its end"
	case strings.HasPrefix(msg, "unexpected token "):
		tok := strings.TrimPrefix(msg, "unexpected token ")
		if i := strings.IndexByte(tok, '('); i >= 0 {
			tok = strings.Trim(tok[i:], "()")
		}
		return "did not expect " + tok + " here"
	case strings.Contains(msg, "cannot be mixed"):
		return "put brackets around the ?? part: (field ?? default) > 3"
	default:
		return msg
	}
}

// span is the range of runes that a node and everything below it covers.
func span(n ast.Node) (int, int) {
	s := &spanner{from: -1}
	ast.Walk(&n, s)
	if s.from < 0 {
		return 0, 1
	}
	return s.from, max(s.to, s.from+1)
}

type spanner struct{ from, to int }

func (s *spanner) Visit(n *ast.Node) {
	loc := (*n).Location()
	if loc.To <= loc.From {
		return
	}
	if s.from < 0 || loc.From < s.from {
		s.from = loc.From
	}
	s.to = max(s.to, loc.To)
}

// expr checks any expression.
func (c *checker) expr(n ast.Node) *node {
	out := c.dispatch(n)
	if out != nil && out.to == 0 {
		out.from, out.to = span(n)
	}
	return out
}

func (c *checker) dispatch(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.BoolNode:
		return &node{op: opConst, typ: tBool, val: n.Value}
	case *ast.IntegerNode:
		return &node{op: opConst, typ: tInt, val: int64(n.Value)}
	case *ast.FloatNode:
		return &node{op: opConst, typ: tFloat, val: n.Value}
	case *ast.StringNode:
		return &node{op: opConst, typ: tString, val: n.Value}
	case *ast.NilNode:
		return c.fail(n, diag.FunctionNotAvailable, "there is no nil: a missing value is unknown", "write not known(field)")
	case *ast.IdentifierNode, *ast.MemberNode:
		return c.name(n)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		return c.callNode(n)
	case *ast.ChainNode:
		return c.fail(n, diag.FunctionNotAvailable, "?. is not needed: a missing value is unknown", "write a plain dot")
	case *ast.VariableDeclaratorNode:
		return c.fail(n, diag.FunctionNotAvailable, "let is not available in conditions", "name the part in signals: instead")
	case *ast.SequenceNode:
		return c.fail(n, diag.Sequence, "; is not available: a condition is one expression", "join the parts with and")
	case *ast.SliceNode:
		return c.fail(n, diag.FunctionNotAvailable, "parts of a list or text ([a:b]) are not available in conditions", "use startsWith, endsWith or any(…)")
	case nil:
		return nil
	default:
		return c.fail(n, diag.FunctionNotAvailable, "this is not available in conditions", "")
	}
}

// want checks an expression and that it is of one of the kinds.
func (c *checker) want(n ast.Node, what string, kinds ...kind) *node {
	out := c.expr(n)
	if out == nil {
		return nil
	}
	for _, k := range kinds {
		if out.typ.kind == k {
			return out
		}
	}
	return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s must be %s, this is %s", what, kinds[0].article(), out.typ), typeHint(out, kinds[0]))
}

func typeHint(n *node, want kind) string {
	switch {
	case want == kBool && n.typ.kind == kString:
		return "compare it with something, or use known(…)"
	case want == kBool && n.typ.number():
		return "compare it, as in > 0"
	case want == kTime && n.typ.kind == kString:
		return `write a date as date("2026-01-31")`
	default:
		return ""
	}
}

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
	if hint := diag.DidYouMean(path, s.Paths()); hint != "" {
		return hint
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
	sort.Strings(below)
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
	sort.Strings(candidates)
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
