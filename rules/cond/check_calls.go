package cond

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/winnow-gate/winnow/rules/diag"
)

// signature is what a function takes and gives: one kind set an argument.
type signature struct {
	args    [][]kind
	least   int // fewest arguments; the rest are optional
	result  kind
	vm      bool // only the virtual machine runs it
	example string
}

var (
	text    = []kind{kString}
	whole   = []kind{kInt}
	numeric = []kind{kInt, kFloat}
	when    = []kind{kTime}
)

// signatures lists the functions whose arguments are plain values. The others
// (known, has, in_list, bucket, persona, signal, date …) have checks of their own.
func signatures() map[string]signature {
	return map[string]signature{
		"days_since":  {[][]kind{when}, 1, kInt, false, "days_since(orders.last_at) > 30"},
		"ago":         {[][]kind{when}, 1, kDuration, false, "ago(orders.last_at) > days(30)"},
		"days":        {[][]kind{numeric}, 1, kDuration, false, "days(30)"},
		"domain":      {[][]kind{text}, 1, kString, false, `domain(contact.email) == "example.com"`},
		"age":         {[][]kind{{kInt, kTime}}, 1, kInt, false, "age(contact.birth_year) >= 18"},
		"month":       {[][]kind{when}, 0, kInt, false, "month() in [11, 12]"},
		"sent":        {[][]kind{whole, text}, 1, kInt, false, "sent(7) >= 3"},
		"now":         {nil, 0, kTime, false, "now()"},
		"lower":       {[][]kind{text}, 1, kString, false, `lower(contact.department) == "hr"`},
		"upper":       {[][]kind{text}, 1, kString, false, `upper(contact.country) == "PL"`},
		"trim":        {[][]kind{text}, 1, kString, false, `trim(contact.job_title) == "CEO"`},
		"int":         {[][]kind{numeric}, 1, kInt, false, "int(orders.total)"},
		"float":       {[][]kind{numeric}, 1, kFloat, false, "float(orders.count)"},
		"abs":         {[][]kind{numeric}, 1, kInvalid, false, "abs(orders.margin_total)"},
		"ceil":        {[][]kind{numeric}, 1, kFloat, false, "ceil(orders.aov)"},
		"floor":       {[][]kind{numeric}, 1, kFloat, false, "floor(orders.aov)"},
		"round":       {[][]kind{numeric}, 1, kFloat, false, "round(orders.aov)"},
		"hasPrefix":   {[][]kind{text, text}, 2, kBool, false, `hasPrefix(contact.email, "info@")`},
		"hasSuffix":   {[][]kind{text, text}, 2, kBool, false, `hasSuffix(contact.email, ".edu")`},
		"trimPrefix":  {[][]kind{text, text}, 2, kString, true, `trimPrefix(contact.phone, "+")`},
		"trimSuffix":  {[][]kind{text, text}, 2, kString, true, `trimSuffix(contact.email, ".test")`},
		"indexOf":     {[][]kind{text, text}, 2, kInt, true, `indexOf(contact.email, "+") > 0`},
		"lastIndexOf": {[][]kind{text, text}, 2, kInt, true, `lastIndexOf(contact.email, ".") > 0`},
	}
}

// Functions lists every function that conditions may call, sorted.
func Functions() []string {
	out := []string{
		"known", "has", "in_list", "bucket", "persona", "signal", "date", "duration", "len", "min", "max",
		"any", "all", "none", "one", "count", "sum", "filter", "map", "mean", "median", "first", "last", "split",
	}
	for name := range signatures() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func (c *checker) callNode(n *ast.CallNode) *node {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.fail(n, diag.FunctionNotAvailable, "values have no methods in conditions", "use a function: days_since(…), lower(…)")
	}
	return c.call(n, id.Value, n.Arguments)
}

func (c *checker) call(n ast.Node, name string, args []ast.Node) *node {
	switch name {
	case "known":
		return c.known(n, args)
	case "has":
		return c.has(n, args)
	case "in_list":
		return c.inList(n, args)
	case "bucket":
		return c.bucket(n, args)
	case "persona":
		return c.refCall(n, "persona", args, diag.UnknownPersona)
	case "signal":
		return c.refCall(n, "signal", args, diag.UnknownSignal)
	case "date", "duration":
		return c.literal(n, name, args)
	case "len":
		return c.length(n, args)
	case "min", "max":
		return c.extreme(n, name, args)
	case "any", "all", "none", "one", "count", "sum":
		return c.quantifier(n, name, args)
	case "filter", "map", "mean", "median", "first", "last", "split":
		return c.listCall(n, name, args)
	}
	if _, ok := c.names.Knowledge[name]; ok {
		return c.knowledge(n, name, args)
	}
	if sig, ok := signatures()[name]; ok {
		return c.plainCall(n, name, sig, args)
	}
	return c.noFunction(n, name)
}

func (c *checker) noFunction(n ast.Node, name string) *node {
	if _, builtin := n.(*ast.BuiltinNode); builtin {
		return c.fail(n, diag.FunctionNotAvailable, name+" is not available in conditions", "winnow help "+diag.UnknownFunction+" lists the functions there are")
	}
	hint := foreignFunction(name)
	if hint == "" {
		all := append(Functions(), keysOf(c.names.Knowledge)...)
		hint = suggest(name, all, "winnow help "+diag.UnknownFunction+" lists the functions there are")
	}
	return c.fail(n, diag.UnknownFunction, "there is no function "+name, hint)
}

func (c *checker) arity(n ast.Node, name, example string, args []ast.Node, least, most int) bool {
	if len(args) >= least && len(args) <= most {
		return true
	}
	want := fmt.Sprintf("%d", least)
	if most > least {
		want = fmt.Sprintf("%d to %d", least, most)
	}
	c.fail(n, diag.WrongArguments, fmt.Sprintf("%s takes %s values in brackets, not %d", name, want, len(args)), "as in "+example)
	return false
}

func (c *checker) plainCall(n ast.Node, name string, sig signature, args []ast.Node) *node {
	if !c.arity(n, name, sig.example, args, sig.least, len(sig.args)) {
		return nil
	}
	out := &node{op: opCall, typ: typ{kind: sig.result}, name: name}
	if sig.vm {
		out.op = opVM
	}
	ok := true
	for i, a := range args {
		v := c.wantAs(a, "what "+name+" takes", sig.example, sig.args[i]...)
		ok = ok && v != nil
		out.args = append(out.args, v)
	}
	if !ok {
		return nil
	}
	if sig.result == kInvalid {
		out.typ = out.args[0].typ
	}
	if name == "sent" && out.args[0].isConst() && number(out.args[0].val) < 1 {
		return c.fail(args[0], diag.WrongArguments, "sent counts what went out in the last so many days: at least 1", "as in "+sig.example)
	}
	return fold(out)
}

// fold makes days(30) a constant.
func fold(n *node) *node {
	if n.name != "days" || !n.args[0].isConst() {
		return n
	}
	d, ok := daysOf(number(n.args[0].val))
	if !ok {
		return n
	}
	return &node{op: opConst, typ: tDuration, val: d}
}

func number(v any) float64 {
	if i, ok := v.(int64); ok {
		return float64(i)
	}
	f, _ := v.(float64)
	return f
}
