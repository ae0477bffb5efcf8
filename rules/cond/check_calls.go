package cond

import (
	"fmt"
	"sort"
	"strings"
	"time"

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
	sort.Strings(out)
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
		return c.fail(n, diag.FunctionNotAvailable, name+" is not available in conditions", "winnow help "+diag.FunctionNotAvailable+" lists the functions there are")
	}
	all := append(Functions(), keysOf(c.names.Knowledge)...)
	return c.fail(n, diag.UnknownFunction, fmt.Sprintf("there is no function %s", name), suggest(name, all, "winnow help "+diag.UnknownFunction+" lists the functions there are"))
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
		v := c.want(a, "what "+name+" takes", sig.args[i]...)
		ok = ok && v != nil
		out.args = append(out.args, v)
	}
	if !ok {
		return nil
	}
	if sig.result == kInvalid {
		out.typ = out.args[0].typ
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
	if !c.arity(n, "has", `has(contact.tags, "supplier", "agency")`, args, 2, 100) {
		return nil
	}
	list := c.want(args[0], "the first value of has", kList)
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
	v := c.want(args[1], "what is looked up", kString)
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
	if !c.arity(n, "len", "len(contact.tags) > 0", args, 1, 1) {
		return nil
	}
	a := c.want(args[0], "what len counts", kList, kString)
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
	if !c.arity(n, name, name+"(contact.email)", args, 1, 1) {
		return nil
	}
	v := c.want(args[0], "what "+name+" asks about", kString)
	if v == nil {
		return nil
	}
	return &node{op: opCall, typ: tBool, name: name, val: knows(c.names.Knowledge[name]), args: []*node{v}}
}

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
