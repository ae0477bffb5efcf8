package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lint"
)

// cycles reports signals and personas that refer to themselves, by way of
// others or not, each such way once.
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
		g.visit(name)
	}
	for _, path := range g.cycles {
		c.fail(g.at[path[0]], diag.Cycle, "this refers to itself: "+pathText(path), "take one of these references out")
	}
	return len(g.cycles) > 0
}

// mostCycles and mostSteps bound what is said of rules that are one knot.
const mostCycles, mostSteps = 20, 12

// pathText leaves out the middle of a path that nobody would read.
func pathText(path []string) string {
	if n := len(path) - mostSteps; n > 0 {
		path = slices.Concat(path[:mostSteps-1], []string{fmt.Sprintf("… %d more …", n)}, path[len(path)-1:])
	}
	return strings.Join(path, " → ")
}

// graph is who refers to whom.
type graph struct {
	edges  map[string][]string
	at     map[string]diag.Place
	order  []string
	state  map[string]int // 1 being visited, 2 done
	trail  []string       // those being visited, from the first to the last
	cycles [][]string
}

func (g *graph) add(name string, q *format.Condition) {
	if _, ok := g.at[name]; !ok {
		g.at[name] = q.At
		g.order = append(g.order, name)
	}
	for _, to := range cond.References(q.Source) {
		if !slices.Contains(g.edges[name], to) { // a persona may ask in two conditions
			g.edges[name] = append(g.edges[name], to)
		}
	}
}

// visit notes a cycle, from a name back to itself, for each reference that closes
// one: without those references there would be none.
func (g *graph) visit(name string) {
	switch {
	case g.state[name] == 2 || len(g.cycles) == mostCycles:
		return
	case g.state[name] == 1:
		g.cycles = append(g.cycles, append(slices.Clone(g.trail[slices.Index(g.trail, name):]), name))
		return
	}
	g.state[name] = 1
	g.trail = append(g.trail, name)
	for _, next := range g.edges[name] {
		g.visit(next)
	}
	g.trail = g.trail[:len(g.trail)-1]
	g.state[name] = 2
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
