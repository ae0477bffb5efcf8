package cond

import (
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

func (c *checker) unary(n *ast.UnaryNode) *node {
	switch n.Operator {
	case "not", "!":
		a := c.want(n.Node, "what follows not", kBool)
		if a == nil {
			return nil
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

func comparable2(a, b typ) bool {
	return a.scalar() && (a.kind == b.kind || a.number() && b.number())
}

func (c *checker) compare(n *ast.BinaryNode) *node {
	l, r := c.expr(n.Left), c.expr(n.Right)
	if l == nil || r == nil {
		return nil
	}
	if !comparable2(l.typ, r.typ) {
		return c.fail(n, diag.TypeMismatch, fmt.Sprintf("%s and %s can't be compared with %s", l.typ, r.typ, n.Operator), mismatchHint(l, r))
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

func mismatchHint(l, r *node) string {
	if l.typ.kind == kTime && r.typ.kind == kString || r.typ.kind == kTime && l.typ.kind == kString {
		return `write a date as date("2026-01-31")`
	}
	if l.typ.kind == kTime && r.typ.number() || r.typ.kind == kTime && l.typ.number() {
		return "use days_since(field) for an age in days"
	}
	if l.typ.kind == kDuration && r.typ.number() || r.typ.kind == kDuration && l.typ.number() {
		return "write a span of time as days(30)"
	}
	if l.typ.kind == kList || r.typ.kind == kList {
		return `use has(list, "value"), len(list) or any(list, …)`
	}
	if l.typ.number() && r.isConst() && r.typ.kind == kString || r.typ.number() && l.isConst() && l.typ.kind == kString {
		return "write the number without quotes"
	}
	return ""
}

// enumOK reports a constant that the field can never have.
func (c *checker) enumOK(at ast.Node, f, v *node) bool {
	s, isText := v.val.(string)
	if f.op != opField || !isText || v.op != opConst {
		return true
	}
	return c.enumHas(at, f, s)
}

func (c *checker) enumHas(at ast.Node, f *node, s string) bool {
	decl, _ := c.names.Fields.Lookup(f.name)
	if len(decl.Enum) == 0 {
		return true
	}
	for _, e := range decl.Enum {
		if e == s {
			return true
		}
	}
	c.fail(at, diag.NotInEnum, fmt.Sprintf("%s is never %q", f.name, s), suggest(s, append([]string(nil), decl.Enum...), fmt.Sprintf("it is one of %q", decl.Enum)))
	return false
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
	if l.op != opField || !ok {
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
