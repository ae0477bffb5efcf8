package cond

import (
	"strings"

	"github.com/winnow-gate/winnow/rules/facts"
)

// compileText evaluates texts.
func compileText(n *node) textFn {
	switch n.op {
	case opConst:
		v := n.val.(string)
		return func(*Frame) (string, Tri) { return v, True }
	case opItem:
		return func(f *Frame) (string, Tri) { return f.Facts.Strs[f.index], True }
	case opField:
		i := n.slot
		return func(f *Frame) (string, Tri) {
			s := &f.Facts.Slots[i]
			if s.State != facts.Known {
				return "", Unknown
			}
			return s.Str, True
		}
	case opMember, opIndex:
		return textAt(n)
	case opSignal:
		i := n.slot
		return func(f *Frame) (string, Tri) {
			m := f.signal(i)
			return m.text, m.state
		}
	case opCoalesce:
		a, b := compileText(n.args[0]), compileText(n.args[1])
		return func(f *Frame) (string, Tri) {
			if x, st := a(f); st != Unknown {
				return x, st
			}
			return b(f)
		}
	default:
		return textCall(n)
	}
}

func textAt(n *node) textFn {
	if n.op == opIndex && n.slot < 0 {
		list, at := n.args[0].slot, n.val.(int64)
		return func(f *Frame) (string, Tri) {
			s := &f.Facts.Slots[list]
			i, ok := itemAt(s, at)
			if !ok {
				return "", Unknown
			}
			return f.Facts.Strs[int(s.Int)+i], True
		}
	}
	slot := slotFn(n)
	return func(f *Frame) (string, Tri) {
		s := slot(f)
		if s == nil || s.State != facts.Known {
			return "", Unknown
		}
		return s.Str, True
	}
}

// textCall is a function that gives text.
func textCall(n *node) textFn {
	get := compileText(n.args[0])
	if n.name == "domain" {
		return func(f *Frame) (string, Tri) {
			s, st := get(f)
			if st != True {
				return "", st
			}
			d := domainOf(s)
			if d == "" {
				return "", Unknown
			}
			return d, True
		}
	}
	change := map[string]func(string) string{"lower": strings.ToLower, "upper": strings.ToUpper, "trim": strings.TrimSpace}[n.name]
	return func(f *Frame) (string, Tri) {
		s, st := get(f)
		if st != True {
			return "", st
		}
		return change(s), True
	}
}

// domainOf is what follows the last @, in lower case, without a final dot; ""
// when there is none.
func domainOf(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(email[at+1:]), "."))
}
