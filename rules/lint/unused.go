package lint

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/format"
)

// sources are the texts of all conditions, also of those that did not compile.
func (c *checker) sources() []string {
	var out []string
	add := func(qs ...*format.Condition) {
		for _, q := range qs {
			if q != nil {
				out = append(out, q.Source)
			}
		}
	}
	for _, f := range c.Files {
		for i := range f.Signals {
			add(&f.Signals[i].Value)
		}
		for i := range f.Gates {
			add(f.Gates[i].Require, f.Gates[i].When)
		}
		for i := range f.Personas {
			p := &f.Personas[i]
			add(p.When, p.Unless, p.ReleaseWhen, p.Messages)
		}
		for i := range f.Slots {
			for j := range f.Slots[i].Value.Rules {
				add(f.Slots[i].Value.Rules[j].When)
			}
		}
	}
	return out
}

func unusedSignal(c *checker, r *Rule) {
	used := map[string]bool{}
	for _, s := range c.sources() {
		for _, ref := range cond.References(s) {
			used[ref] = true
		}
	}
	for _, f := range c.Files {
		for _, s := range f.Signals {
			if !used["signal."+s.Key.Value] {
				c.find(r, Subject{}, s.Key.At, fmt.Sprintf("signal %q is never used", s.Key.Value), "remove it, or ask signal."+s.Key.Value)
			}
		}
	}
}

func unusedParam(c *checker, r *Rule) {
	all := strings.Join(c.sources(), "\n")
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bparams\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)`).FindAllStringSubmatch(all, -1) {
		used[m[1]] = true
	}
	for _, f := range c.Files {
		for _, p := range f.Params {
			if !used[p.Key.Value] {
				c.find(r, Subject{}, p.Key.At, fmt.Sprintf("param %q is never read", p.Key.Value), "remove it, or write params."+p.Key.Value+" where its value is written out")
			}
		}
	}
}

// unusedList takes any mention of the name in quotes for a use.
func unusedList(c *checker, r *Rule) {
	all := strings.Join(c.sources(), "\n")
	for _, f := range c.Files {
		for _, l := range f.Lists {
			name := l.Key.Value
			if !strings.Contains(all, `"`+name+`"`) && !strings.Contains(all, "'"+name+"'") && !strings.Contains(all, "`"+name+"`") {
				c.find(r, Subject{}, l.Key.At, fmt.Sprintf("list %q is never asked", name), "it takes memory for nothing: remove it, or ask in_list(\""+name+"\", …)")
			}
		}
	}
}
