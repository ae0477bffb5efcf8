package cond

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/winnow-gate/winnow/rules/diag"
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
	return nil, []problem{syntaxProblem(src, fe)}
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
	return c.wantAs(n, what, "", kinds...)
}

// wantAs is want with an example for a hint where nothing better is known.
func (c *checker) wantAs(n ast.Node, what, example string, kinds ...kind) *node {
	out := c.expr(n)
	if out == nil || slices.Contains(kinds, out.typ.kind) {
		return out
	}
	this := "this"
	if out.op == opField {
		this = out.name
	}
	hint := typeHint(out, kinds[0])
	if hint == "" && example != "" {
		hint = "as in " + example
	}
	return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s must be %s, %s is %s", what, kindsText(kinds), this, out.typ), hint)
}

// kindsText names kinds; a whole number is a number.
func kindsText(kinds []kind) string {
	var words []string
	for _, k := range kinds {
		if k != kInt || !slices.Contains(kinds, kFloat) {
			words = append(words, k.article())
		}
	}
	return strings.Join(words, " or ")
}

func typeHint(n *node, want kind) string {
	switch {
	case want == kBool && n.typ.kind == kString:
		return "compare it with something, or use known(…)"
	case want == kBool && n.typ.number():
		return "compare it, as in > 0"
	case want == kTime && n.typ.kind == kString:
		return dateHint
	default:
		return ""
	}
}
