package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lint"
)

// compiler turns rule files into a bundle and collects every mistake.
type compiler struct {
	src   *sources
	opts  Options
	files []*format.File
	list  diag.List
	names cond.Names
	build *cond.Builder
	out   *Bundle

	seen     map[string]diag.Place // "persona x" to where it was first declared
	signals  []format.Entry[format.Condition]
	personas []*format.Persona
	slotAt   map[string]int
	modules  []moduleDecl
	tables   []*tableSource
	listSums map[string]string // digests of the lists, by id
	lint     lint.Bundle
	subject  lint.Subject // what is being compiled
}

func newCompiler(src *sources, opts Options) *compiler {
	return &compiler{
		src: src, opts: opts, out: &Bundle{digest: src.digest, tests: src.tests},
		seen: map[string]diag.Place{}, slotAt: map[string]int{},
	}
}

func (c *compiler) fail(at diag.Place, code, msg, hint string) {
	c.list = append(c.list, diag.Diagnostic{Place: at, Code: code, Message: msg, Hint: hint})
}

func (c *compiler) advise(sev diag.Severity, at diag.Place, code, msg, hint string) {
	c.list = append(c.list, diag.Diagnostic{Place: at, Severity: sev, Code: code, Message: msg, Hint: hint})
}

// compile goes through the parts in the order in which they build on each other.
func (c *compiler) compile() *Bundle {
	c.fields()
	c.params()
	c.readLists()
	c.declareModules()
	c.collect()
	c.names.Knowledge = c.opts.Knowledge
	c.build = cond.NewBuilder(c.names, c.opts.Implementation)
	c.build.Reserve(len(c.signals) + len(c.personas))
	at := &c.out.at
	at.contact, at.email = c.build.Slot("contact.id"), c.build.Slot("contact.email")
	at.class, at.channel = c.build.Slot("message.class"), c.build.Slot("message.channel")
	at.campaign, at.message = c.build.Slot("message.campaign"), c.build.Slot("message.id")
	c.declareTables()
	if c.cycles() {
		return c.out // what is in a cycle can't be compiled, and the rest would complain about it
	}
	c.compileSignals()
	c.compileGates()
	c.compilePersonas()
	c.compileSlots()
	c.advice() // before modules are opened: it may refuse the bundle
	c.compileModules()
	c.finish()
	return c.out
}

// watch numbers the conditions of personas and slot rules, so that deciding can
// pass over those that are ruled out.
func (c *compiler) watch() {
	b := c.out
	var conds []*cond.Cond
	personas := func(ps []*persona) roll {
		r := roll{word: len(conds) / 64}
		for _, p := range ps {
			r.asks = append(r.asks, personaAsk{p.match.Entry(), p.unless != nil})
			conds = append(conds, p.when) // not match: an exception that applies is reported
		}
		for len(conds)%64 != 0 || len(conds)/64 == r.word {
			conds = append(conds, nil)
		}
		return r
	}
	b.watched.positives = personas(b.positives)
	b.watched.negatives = personas(b.negatives)
	for _, s := range b.slots {
		for _, r := range s.rules {
			s.asks = append(s.asks, ruleAsk{r.when.Entry(), int32(len(conds)), r.active != nil})
			conds = append(conds, r.when)
		}
	}
	c.build.Set().Watch(conds)
}

// finish lays out the fields that were read.
func (c *compiler) finish() {
	c.watch()
	b := c.out
	if b.needs.sent = b.needs.sent || c.build.Set().AsksSent(); b.needs.sent {
		c.build.Slot("message.tags") // sends are remembered with their tags
	}
	b.set, b.schema = c.build.Set(), c.names.Fields
	layout, err := facts.NewLayout(c.build.Fields())
	if err != nil { // the schema was checked: this is our mistake, not the author's
		c.fail(diag.Place{File: "."}, diag.BadFieldOption, "the fields can't be laid out: "+err.Error(), "")
		return
	}
	b.layout = layout
	had := c.list.HasErrors()
	if c.compileTables(); !had && c.list.HasErrors() {
		c.closeModules()
	}
	for _, f := range layout.Fields() {
		b.paths = append(b.paths, f.Path)
		b.kinds = append(b.kinds, f.Type.Kind)
	}
	if !c.list.HasErrors() {
		c.keep()
	}
}

func (c *compiler) params() {
	c.names.Params = map[string]any{}
	for _, f := range c.files {
		for _, e := range f.Params {
			if c.once("param", e.Key) && c.named("param", e.Key) {
				c.names.Params[e.Key.Value] = e.Value.Value
			}
		}
	}
}

// once reports a name that is declared twice, over all files.
func (c *compiler) once(what string, name format.Text) bool {
	key := what + " " + name.Value
	if first, ok := c.seen[key]; ok {
		c.fail(name.At, diag.DuplicateID, fmt.Sprintf("%s %q is declared twice", what, name.Value), fmt.Sprintf("the first stands at %s:%d", first.File, first.Line))
		return false
	}
	c.seen[key] = name.At
	return true
}

var (
	wordName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)
	idName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)
)

// named checks a name that conditions write after a dot.
func (c *compiler) named(what string, name format.Text) bool {
	if wordName.MatchString(name.Value) {
		return true
	}
	c.fail(name.At, diag.BadName, fmt.Sprintf("%q can't be the name of a %s", name.Value, what), "letters, digits and _, at most 64, not starting with a digit")
	return false
}

// identified checks an id that stands in answers and logs.
func (c *compiler) identified(what string, id format.Text) bool {
	if idName.MatchString(id.Value) {
		return c.once(what, id)
	}
	if id.At.Line == 0 {
		return false // the reader reported that it is missing
	}
	c.fail(id.At, diag.BadName, fmt.Sprintf("%q can't be the id of a %s", id.Value, what), "letters, digits, - _ and ., at most 64, as in serial-returner")
	return false
}

// collect gathers signals and personas and numbers them, so that conditions may
// refer to each other in any order.
func (c *compiler) collect() {
	c.names.Refs = map[string]int{}
	for _, f := range c.files {
		for _, e := range f.Signals {
			if c.named("signal", e.Key) && c.once("signal", e.Key) {
				c.names.Refs["signal."+e.Key.Value] = len(c.signals)
				c.signals = append(c.signals, e)
			}
		}
	}
	for _, f := range c.files {
		for i := range f.Personas {
			p := &f.Personas[i]
			if c.identified("persona", p.ID) {
				c.names.Refs["persona."+p.ID.Value] = len(c.signals) + len(c.personas)
				c.personas = append(c.personas, p)
			}
		}
	}
}

func source(q *format.Condition) cond.Source { return cond.Source{Text: q.Source, Place: q.Place} }

// condition compiles a condition, or "always".
func (c *compiler) condition(q *format.Condition) *cond.Cond {
	if q.Source == "" {
		return nil // the reader reported it
	}
	if q.Source == "always" {
		return c.build.Always(source(q))
	}
	out, problems := c.build.Condition(source(q))
	c.list = append(c.list, problems...)
	if out != nil {
		c.lint.Conditions = append(c.lint.Conditions, lint.Condition{Of: c.subject, Decl: q, Cond: out})
	}
	return out
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
