package cond

import (
	"fmt"
	"strings"
)

func (p *printer) builtin(n *node) string {
	switch n.name {
	case "?:":
		return fmt.Sprintf("(%s ? %s : %s)", p.print(n.args[0]), p.print(n.args[1]), p.print(n.args[2]))
	case "filter", "map":
		return fmt.Sprintf("%s(%s, %s)", n.name, p.print(n.args[0]), p.body(n.args[1]))
	case "first", "last":
		list := p.print(n.args[0])
		return fmt.Sprintf("(len(%s) > 0 ? %s[%d] : %s)", list, list, map[string]int{"first": 0, "last": -1}[n.name], missing(n.typ))
	case "mean", "median", "min", "max":
		list := p.print(n.args[0])
		call := fmt.Sprintf("%s(%s)", n.name, list)
		if n.typ.kind == kFloat {
			call = "float(" + call + ")"
		} else {
			call = "int(" + call + ")"
		}
		return fmt.Sprintf("(len(%s) > 0 ? %s : %s)", list, call, missing(n.typ))
	default:
		return n.name + "(" + p.list(n.args) + ")"
	}
}

// missing is a call that gives no value of a type.
func missing(t typ) string {
	return fmt.Sprintf("no_%s_()", strings.ReplaceAll(t.kind.word(), " ", "_"))
}

func (p *printer) call(n *node) string {
	switch n.name {
	case "lower", "upper", "trim", "len", "hasPrefix", "hasSuffix":
		return n.name + "(" + p.list(n.args) + ")"
	case "ceil", "floor", "round":
		return n.name + "(" + p.list(n.args) + ")"
	case "abs", "min", "max":
		if n.typ.kind == kFloat {
			return "float(" + n.name + "(" + p.list(n.args) + "))"
		}
		return n.name + "(" + p.list(n.args) + ")"
	case "float":
		return "float(" + p.print(n.args[0]) + ")"
	case "int", "domain", "days":
		return n.name + "_(" + p.print(n.args[0]) + ")"
	case "days_since", "ago":
		return n.name + "_(frame_, " + p.print(n.args[0]) + ")"
	case "age":
		return "age_" + n.args[0].typ.kind.word()[:1] + "_(frame_, " + p.print(n.args[0]) + ")"
	case "month":
		return "month_(" + p.print(n.args[0]) + ")"
	case "has":
		return fmt.Sprintf("any(%s, # in %s)", p.print(n.args[0]), p.print(n.args[1]))
	case "in_list":
		return p.test(n.val.(Lookup).Contains, n.args[1])
	default:
		return p.test(n.val.(knows), n.args[0])
	}
}

func (p *printer) test(f func(string) bool, arg *node) string {
	p.tests = append(p.tests, f)
	return fmt.Sprintf("test_(%d, %s)", len(p.tests)-1, p.print(arg))
}
