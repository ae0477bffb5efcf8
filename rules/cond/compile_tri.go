package cond

import (
	"regexp"
	"strings"

	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/facts"
)

// compileTri evaluates what is true or false.
func compileTri(n *node) triFn {
	switch n.op {
	case opConst:
		v := Of(n.val.(bool))
		return func(*Frame) Tri { return v }
	case opField, opMember, opItem, opIndex:
		get := numFn(n)
		return func(f *Frame) Tri {
			x, st := get(f)
			if st != True {
				return st
			}
			return Of(x != 0)
		}
	case opRef:
		i := n.slot
		return func(f *Frame) Tri { return f.set.conds[i].Eval(f) }
	case opNot:
		a := compileTri(n.args[0])
		return func(f *Frame) Tri { return Not(a(f)) }
	case opAnd, opOr:
		return compileJunction(n)
	case opCompare:
		return compileCompare(n)
	case opIn:
		return compileIn(n)
	case opRange:
		lo, hi := n.val.([2]int64)[0], n.val.([2]int64)[1]
		get := compileInt(n.args[0])
		return func(f *Frame) Tri {
			x, st := get(f)
			if st != True {
				return st
			}
			return Of(x >= lo && x <= hi)
		}
	case opText:
		return compileTextTest(n.name, n.args[0], n.args[1])
	case opMatches:
		return compileMatches(n)
	case opKnown:
		return compileKnown(n.args[0])
	case opCoalesce:
		a, b := compileTri(n.args[0]), compileTri(n.args[1])
		return func(f *Frame) Tri {
			if r := a(f); r != Unknown {
				return r
			}
			return b(f)
		}
	case opQuant:
		return triQuant(n)
	default:
		return triCall(n)
	}
}

func compileJunction(n *node) triFn {
	kids := make([]triFn, len(n.args))
	for i, a := range n.args {
		kids[i] = compileTri(a)
	}
	join, stop := And, False
	if n.op == opOr {
		join, stop = Or, True
	}
	return func(f *Frame) Tri {
		r := kids[0](f)
		for _, k := range kids[1:] {
			if r == stop {
				return r
			}
			r = join(r, k(f))
		}
		return r
	}
}

// compileKnown reports whether a value is there; an error stays one.
func compileKnown(a *node) triFn {
	if a.op == opField {
		i := a.slot
		return func(f *Frame) Tri { return Of(f.Facts.Slots[i].State == facts.Known) }
	}
	state := stateFn(a)
	return func(f *Frame) Tri {
		switch state(f) {
		case Unknown:
			return False
		case Error:
			return Error
		default:
			return True
		}
	}
}

// stateFn evaluates a node only for whether it has a value.
func stateFn(a *node) triFn {
	switch a.typ.kind {
	case kBool:
		return compileTri(a)
	case kString:
		get := compileText(a)
		return func(f *Frame) Tri {
			_, st := get(f)
			return st
		}
	case kFloat:
		get := compileFloat(a)
		return func(f *Frame) Tri {
			_, st := get(f)
			return st
		}
	default:
		get := compileInt(a)
		return func(f *Frame) Tri {
			_, st := get(f)
			return st
		}
	}
}

func compileTextTest(name string, l, r *node) triFn {
	test := map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
		"hasPrefix": strings.HasPrefix, "hasSuffix": strings.HasSuffix,
	}[name]
	get := compileText(l)
	if part, ok := r.val.(string); ok {
		return func(f *Frame) Tri {
			s, st := get(f)
			if st != True {
				return st
			}
			return Of(test(s, part))
		}
	}
	other := compileText(r)
	return func(f *Frame) Tri {
		s, st := get(f)
		p, st2 := other(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return Of(test(s, p))
	}
}

func compileMatches(n *node) triFn {
	get, match := compileText(n.args[0]), matcher(n.val.(*regexp.Regexp))
	return func(f *Frame) Tri {
		s, st := get(f)
		if st != True {
			return st
		}
		if len(s) > maxRegexpText {
			return f.fail("the text is too long for matches (2 KiB)")
		}
		return Of(match(s))
	}
}

// triCall is a function that answers true or false.
func triCall(n *node) triFn {
	switch n.name {
	case "has":
		return compileHas(n)
	case "in_list":
		return compileLookup(n.val.(Lookup).Contains, n.args[1])
	case "bucket":
		return compileBucket(n)
	case "hasPrefix", "hasSuffix":
		return compileTextTest(n.name, n.args[0], n.args[1])
	default: // knowledge
		return compileLookup(n.val.(knows), n.args[0])
	}
}

// knows is a named question about a text.
type knows func(string) bool

func compileLookup(test func(string) bool, key *node) triFn {
	get := compileText(key)
	return func(f *Frame) Tri {
		s, st := get(f)
		if st != True {
			return st
		}
		return Of(test(s))
	}
}

func compileBucket(n *node) triFn {
	salt, below := n.args[0].val.(string), int(n.val.(int64))
	get := compileText(n.args[1])
	return func(f *Frame) Tri {
		key, st := get(f)
		if st != True {
			return st
		}
		return Of(bucket.Of(salt, key) < below)
	}
}
