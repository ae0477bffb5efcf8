package cond

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"
)

// printer writes a checked node as expr source for the virtual machine, with
// every value from outside under a made-up name.
type printer struct {
	mode    Mode
	env     types.Map
	inputs  []input
	tests   []func(string) bool // lookups and patterns, called by number
	regexps []*regexp.Regexp
}

// fitsMachine reports whether the virtual machine can run a native node with the
// same meaning (Mode Machine).
func (n *node) fitsMachine() bool {
	switch n.op {
	case opField, opRef, opKnown, opConst, opSignal, opIndex, opCoalesce:
		return false // there would be nothing left for the machine to do
	}
	return true
}

// outside reports whether a node does not depend on the current item.
func (n *node) outside() bool {
	out := true
	n.walk(func(m *node) bool {
		if m.op == opItem || m.op == opMember {
			out = false
		}
		if m.op == opQuant || m.op == opVM && len(m.args) == 2 && (m.name == "filter" || m.name == "map") {
			out = out && m.args[0].outside() // its body's items are its own
			return false
		}
		return out
	})
	return out
}

// handIn gives a native node a name; the machine sees only its value.
func (p *printer) handIn(n *node) string {
	name := "v" + strconv.Itoa(len(p.inputs))
	p.inputs = append(p.inputs, input{name, valueFn(n)})
	p.env[name] = envType(n.typ)
	return name
}

// mustHandIn reports whether only closures can run a native node.
func (n *node) mustHandIn() bool {
	switch n.op {
	case opField, opSignal, opRef, opKnown, opCoalesce, opIndex, opList:
		return true
	case opConst:
		return n.typ.kind == kString || n.typ.kind == kTime || n.typ.kind == kDuration
	case opCall:
		return n.name == "sent" || n.name == "bucket" || n.name == "now" || n.name == "month" && len(n.args) == 0
	default:
		return false
	}
}

func envType(t typ) types.Type {
	switch t.kind {
	case kBool:
		return types.Bool
	case kInt:
		return types.Int
	case kFloat:
		return types.Float64
	case kString:
		return types.String
	case kTime:
		return types.TypeOf(scalarOf(kTime, 0))
	case kDuration:
		return types.TypeOf(scalarOf(kDuration, 0))
	case kList:
		return types.Array(envType(t.item()))
	default:
		m := types.Map{}
		for _, x := range t.members {
			m[x.Name] = envType(typ{kind: kindOf(x.Kind)})
		}
		return m
	}
}

func (p *printer) print(n *node) string {
	if n.native() && n.outside() && (p.mode != Machine || n.mustHandIn()) && !n.plainConst() {
		return p.handIn(n)
	}
	switch n.op {
	case opConst:
		return printConst(n)
	case opItem:
		return "#"
	case opMember:
		return "." + n.name
	case opNot:
		return "not (" + p.print(n.args[0]) + ")"
	case opAnd, opOr:
		return p.join(n, map[op]string{opAnd: " and ", opOr: " or "}[n.op])
	case opCompare, opText:
		return "(" + p.print(n.args[0]) + " " + n.name + " " + p.print(n.args[1]) + ")"
	case opIn:
		return "(" + p.print(n.args[0]) + " in " + p.print(n.args[1]) + ")"
	case opRange:
		r := n.val.([2]int64)
		x := p.print(n.args[0])
		return fmt.Sprintf("(%s >= %d and %s <= %d)", x, r[0], x, r[1])
	case opMatches:
		p.regexps = append(p.regexps, n.val.(*regexp.Regexp))
		return fmt.Sprintf("match_(%d, %s)", len(p.regexps)-1, p.print(n.args[0]))
	case opNeg:
		return "(-" + p.print(n.args[0]) + ")"
	case opArith:
		return p.arith(n)
	case opQuant:
		return p.quant(n)
	case opVM:
		return p.builtin(n)
	case opCall:
		return p.call(n)
	default:
		panic(fmt.Sprintf("this part can't stand inside a list's question (%s)", n.name))
	}
}

func (n *node) plainConst() bool { return n.op == opConst && (n.typ.number() || n.typ.kind == kBool) }

func printConst(n *node) string {
	switch v := n.val.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return "(" + strconv.FormatInt(v, 10) + ")"
	case float64:
		return "float(" + strconv.FormatFloat(v, 'e', -1, 64) + ")"
	default:
		panic("a fixed value was not handed in")
	}
}

func (p *printer) join(n *node, sep string) string {
	parts := make([]string, len(n.args))
	for i, a := range n.args {
		parts[i] = p.print(a)
	}
	return "(" + strings.Join(parts, sep) + ")"
}

func (p *printer) list(args []*node) string {
	parts := make([]string, 0, len(args))
	for _, a := range args {
		if a != nil {
			parts = append(parts, p.print(a))
		}
	}
	return strings.Join(parts, ", ")
}

// arith uses checked functions where expr would wrap, or divide by zero.
func (p *printer) arith(n *node) string {
	a, b := p.print(n.args[0]), p.print(n.args[1])
	if n.typ.kind == kInt {
		return fmt.Sprintf("int_(%q, %s, %s)", n.name, a, b)
	}
	if n.typ.kind == kFloat {
		return fmt.Sprintf("float_(%q, float(%s), float(%s))", n.name, a, b)
	}
	return "(" + a + " " + n.name + " " + b + ")"
}

func (p *printer) quant(n *node) string {
	list := p.print(n.args[0])
	if n.args[1] == nil {
		return n.name + "(" + list + ")"
	}
	return fmt.Sprintf("%s(%s, %s)", n.name, list, p.body(n.args[1]))
}

// body charges a step for each item.
func (p *printer) body(n *node) string {
	s := p.print(n)
	return fmt.Sprintf("(step_(frame_) ? %s : %s)", s, s)
}
