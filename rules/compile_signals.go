package rules

import (
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lint"
)

// cycles reports signals and personas that refer to themselves, by way of
// others or not.
func (c *compiler) cycles() bool {
	g := graph{edges: map[string][]string{}, at: map[string]diag.Place{}, state: map[string]int{}}
	for _, s := range c.signals {
		g.add("signal."+s.Key.Value, &s.Value)
	}
	for _, p := range c.personas {
		for _, q := range []*format.Condition{p.When, p.Unless, p.ReleaseWhen, p.Messages} {
			if q != nil {
				g.add("persona."+p.ID.Value, q)
			}
		}
	}
	for _, name := range g.order {
		if path := g.visit(name, nil); path != nil {
			c.fail(g.at[path[0]], diag.Cycle, "this refers to itself: "+strings.Join(path, " → "), "take one of these references out")
			return true
		}
	}
	return false
}

// graph is who refers to whom.
type graph struct {
	edges map[string][]string
	at    map[string]diag.Place
	order []string
	state map[string]int // 1 being visited, 2 done
}

func (g *graph) add(name string, q *format.Condition) {
	if _, ok := g.at[name]; !ok {
		g.at[name] = q.At
		g.order = append(g.order, name)
	}
	g.edges[name] = append(g.edges[name], cond.References(q.Source)...)
}

// visit returns the cycle that it finds, from a name back to itself.
func (g *graph) visit(name string, trail []string) []string {
	switch g.state[name] {
	case 2:
		return nil
	case 1:
		for i, t := range trail {
			if t == name {
				return append(trail[i:], name)
			}
		}
	}
	g.state[name] = 1
	for _, next := range g.edges[name] {
		if cycle := g.visit(next, append(trail, name)); cycle != nil {
			return cycle
		}
	}
	g.state[name] = 2
	return nil
}

// compileSignals compiles signals so that each value comes before its users.
func (c *compiler) compileSignals() {
	done := map[string]bool{}
	byName := map[string]int{}
	for i, s := range c.signals {
		byName[s.Key.Value] = i
	}
	var compile func(i int)
	compile = func(i int) {
		s := &c.signals[i]
		if done[s.Key.Value] {
			return
		}
		done[s.Key.Value] = true
		for _, ref := range cond.References(s.Value.Source) {
			if name, ok := strings.CutPrefix(ref, "signal."); ok {
				if j, known := byName[name]; known {
					compile(j)
				}
			}
		}
		c.compileSignal(i)
	}
	for i := range c.signals {
		compile(i)
	}
}

func (c *compiler) compileSignal(i int) {
	s := &c.signals[i]
	if s.Value.Source == "" {
		return // the reader reported it
	}
	q, _, problems := c.build.Signal(s.Key.Value, source(&s.Value))
	c.list = append(c.list, problems...)
	if q != nil {
		c.build.Define(i, q)
		c.lint.Conditions = append(c.lint.Conditions, lint.Condition{Decl: &s.Value, Cond: q})
	}
	c.out.signals = append(c.out.signals, signalDecl{s.Key.Value, q})
}
