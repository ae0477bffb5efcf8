package cond

import (
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

func (c *checker) text(n *ast.BinaryNode) *node {
	l, r := c.expr(n.Left), c.want(n.Right, "what follows "+n.Operator, kString)
	if l == nil || r == nil {
		return nil
	}
	if l.typ.kind == kList && n.Operator == "contains" {
		return c.fail(n, diag.TypeMismatch, "contains looks into text, and this is a list", `use has(list, "value") or "value" in list`)
	}
	if l.typ.kind != kString {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s works on text, this is %s", n.Operator, l.typ), "")
	}
	return &node{op: opText, typ: tBool, name: n.Operator, args: []*node{l, r}}
}

// Regular expressions are linear in time, but a repeated repetition is big.
const (
	maxRegexpProgram = 1000    // instructions
	maxRegexpText    = 2 << 10 // bytes of text matched
)

func (c *checker) matches(n *ast.BinaryNode) *node {
	l := c.want(n.Left, "what matches looks at", kString)
	r, isText := n.Right.(*ast.StringNode)
	if !isText {
		return c.fail(n.Right, diag.RegexNotLiteral, "the pattern of matches must be fixed text", `as in matches "^[A-Z]{2}$"`)
	}
	re, code, problem := compileRegexp(r.Value)
	if problem != "" {
		return c.fail(n.Right, code, problem, "patterns are Go regular expressions (RE2)")
	}
	if l == nil {
		return nil
	}
	return &node{op: opMatches, typ: tBool, name: r.Value, val: re, args: []*node{l}}
}

// compileRegexp sizes a pattern before it is compiled: [a-z]{1000}{1000} must
// not get as far as memory.
func compileRegexp(pattern string) (re *regexp.Regexp, code, problem string) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, diag.BadRegex, "this pattern can't be read: " + err.Error()
	}
	if regexpSize(parsed) > maxRegexpProgram {
		return nil, diag.RegexTooBig, "this pattern is too big: it repeats too much"
	}
	re, err = regexp.Compile(pattern)
	if err != nil {
		return nil, diag.BadRegex, "this pattern can't be read: " + err.Error()
	}
	return re, "", ""
}

func regexpSize(re *syntax.Regexp) int {
	size := 1
	for _, s := range re.Sub {
		size += regexpSize(s)
	}
	switch re.Op {
	case syntax.OpLiteral:
		size += len(re.Rune)
	case syntax.OpCharClass:
		size += len(re.Rune) / 2
	case syntax.OpRepeat:
		size *= max(re.Min, re.Max, 1)
	}
	return min(size, math.MaxInt32)
}
