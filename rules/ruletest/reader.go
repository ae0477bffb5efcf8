package ruletest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// reader turns a test file into units to run, and collects every mistake.
type reader struct {
	*names
	file     *File
	places   *places
	list     diag.List
	contacts map[string]*fixture
	seen     map[string]bool // paths that the mapping at hand has set
	units    []unit
}

// unit is one case, ready to run.
type unit struct {
	file    string
	name    string
	at      diag.Place
	now     time.Time
	body    []byte
	state   *memory
	expects []expectation
	sets    []string // fields that the case sets beyond its contact and the message of all
}

// names is what test files may name of a bundle.
type names struct {
	schema   *field.Schema
	layout   *facts.Layout // of all fields, to check values
	personas []string
	rules    []string // ids of gates, personas and slot rules, and slots
	slots    []string
	variants map[string][]string
	codes    []string
}

func namesOf(b *rules.Bundle) *names {
	n := &names{schema: b.Schema(), variants: map[string][]string{}}
	layout, err := facts.NewLayout(n.schema.Fields())
	if err != nil {
		panic("ruletest: the bundle's fields can't be laid out: " + err.Error()) // compiling checked them
	}
	n.layout = layout
	for _, p := range b.Personas() {
		n.personas = append(n.personas, p.ID.Value)
	}
	for _, p := range b.NewCoverage().Points() {
		switch p.Kind {
		case "variant":
			n.variants[p.Slot] = append(n.variants[p.Slot], p.Variant)
			n.slots, n.rules = addNew(n.slots, p.Slot), addNew(n.rules, p.Slot)
		case "gate", "persona", "slot_rule":
			n.rules = addNew(n.rules, p.Rule)
		}
	}
	for _, id := range b.Modules() {
		n.rules = addNew(n.rules, id)
	}
	for _, r := range rules.Reasons() {
		n.codes = append(n.codes, string(r.Code))
	}
	return n
}

func addNew(s []string, v string) []string {
	if slices.Contains(s, v) {
		return s
	}
	return append(s, v)
}

// read reads one test file. It returns no units when the file has a mistake.
func read(n *names, t rules.TestFile) ([]unit, diag.List) {
	file, list := format.Decode[File](t.Path, t.Source)
	if list.HasErrors() {
		return nil, list
	}
	r := &reader{names: n, file: file, places: &places{src: t.Source}, list: list, contacts: map[string]*fixture{}}
	if v := file.Version; v.Value != Version {
		r.fail(v.At, diag.FormatVersion, fmt.Sprintf("this winnow reads test format %d, not %s", Version, v.Text), "write `winnow_test: 1`")
	}
	r.readContacts()
	seen := map[string]diag.Place{}
	for i := range file.Cases {
		c := &file.Cases[i]
		if first, twice := seen[c.Name.Value]; twice {
			r.fail(c.Name.At, diag.DuplicateID, fmt.Sprintf("the case %q is there twice", c.Name.Value), fmt.Sprintf("the first stands on line %d", first.Line))
		}
		seen[c.Name.Value] = c.Name.At
		r.readCase(c)
	}
	if len(file.Cases) == 0 {
		r.fail(diag.Place{File: t.Path}, diag.MissingKey, "there is no case here: a test file without cases tests nothing", "add one under cases:")
	}
	r.list.Sort()
	if r.list.HasErrors() {
		return nil, r.list
	}
	return r.units, r.list
}

func (r *reader) fail(at diag.Place, code, msg, hint string) {
	r.list.Add(diag.Diagnostic{Place: at, Code: code, Message: msg, Hint: hint})
}

// now is the clock of a case.
func (r *reader) now(c *Case) time.Time {
	if c.Now != nil {
		return c.Now.Wall
	}
	return r.file.Now.Wall
}

func orHint(name string, known []string, otherwise string) string {
	if hint := diag.DidYouMean(name, known); hint != "" {
		return hint
	}
	return otherwise
}

// listed shows names to choose from, not too many of them.
func listed(what string, known []string) string {
	if len(known) == 0 {
		return "there are no " + what
	}
	shown := slices.Clone(known[:min(len(known), 8)])
	if len(known) > len(shown) {
		shown = append(shown, "…")
	}
	return "there are the " + what + " " + strings.Join(shown, ", ")
}
