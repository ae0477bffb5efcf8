// Package library holds ready personas: forty whom one may not want to market
// to and twenty whom one does, each a rule file with its card and its tests.
//
// Nobody should begin with an empty page, and nobody should act on a page that
// others wrote: an entry is a draft that only observes until its owner has put
// evidence on its card. Entries are files and no code, so that what is installed
// is the bundle's own from then on.
package library

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/format"
)

//go:embed entries/*.yaml gates/*.yaml
var files embed.FS

// Entry is one persona with all that it brings along.
type Entry struct {
	// Number is n01 to n40 for negative and p01 to p20 for positive personas.
	Number string
	// Packs are the kinds of business it is for.
	Packs []string
	// Needs are the entries that its conditions ask about, or that it is easily
	// taken for: they are installed with it.
	Needs []string
	// Rules is its rule file, Tests the test file beside it.
	Rules, Tests []byte
	// File is the rule file, read.
	File *format.File
}

// Persona is the entry's persona.
func (e *Entry) Persona() *format.Persona { return &e.File.Personas[0] }

// ID is the persona's id.
func (e *Entry) ID() string { return e.Persona().ID.Value }

// Library is all entries.
type Library struct{ entries []*Entry }

// Open reads the entries that come with winnow.
func Open() (*Library, error) {
	names, err := fs.Glob(files, "entries/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	l := &Library{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.yaml") {
			continue
		}
		e, err := readEntry(name)
		if err != nil {
			return nil, err
		}
		l.entries = append(l.entries, e)
	}
	for _, e := range l.entries {
		e.Needs = l.needs(e)
	}
	return l, nil
}

func readEntry(name string) (*Entry, error) {
	base := strings.TrimSuffix(name, ".yaml")
	rules, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	tests, err := files.ReadFile(base + "_test.yaml")
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	f, list := format.Read(path.Base(name), rules)
	if len(list) > 0 || len(f.Personas) != 1 {
		return nil, fmt.Errorf("library: %s holds %d personas: %v", name, len(f.Personas), list)
	}
	number, _, _ := strings.Cut(path.Base(base), "-")
	e := &Entry{Number: number, Rules: rules, Tests: tests, File: f}
	for _, p := range Packs() {
		if slices.Contains(p.Entries, e.ID()) {
			e.Packs = append(e.Packs, p.ID)
		}
	}
	return e, nil
}

// needs are the other entries that a persona names.
func (l *Library) needs(e *Entry) []string {
	var out []string
	text := string(e.Rules)
	for _, other := range l.entries {
		if other != e && strings.Contains(text, `persona("`+other.ID()+`")`) {
			out = append(out, other.ID())
		}
	}
	for _, c := range e.Persona().Contrasts {
		if !slices.Contains(out, c.Value) {
			out = append(out, c.Value)
		}
	}
	return out
}

// Entries are all entries, negative ones first.
func (l *Library) Entries() []*Entry { return l.entries }

// Find is the entry with this id or number, or nil.
func (l *Library) Find(word string) *Entry {
	for _, e := range l.entries {
		if e.ID() == word || e.Number == word || e.Number+"-"+e.ID() == word {
			return e
		}
	}
	return nil
}

// Names are the words that Select takes: packs, then entries.
func (l *Library) Names() []string {
	var out []string
	for _, p := range Packs() {
		out = append(out, p.ID)
	}
	for _, e := range l.entries {
		out = append(out, e.ID())
	}
	return out
}

// Select is the entries that the words name, packs and entries, and all that
// they need, in the library's order. unknown is the first word that names
// nothing.
func (l *Library) Select(words []string) (chosen []*Entry, unknown string) {
	in := map[string]bool{}
	var take func(id string)
	take = func(id string) {
		e := l.Find(id)
		if e == nil || in[e.ID()] {
			return
		}
		in[e.ID()] = true
		for _, n := range e.Needs {
			take(n)
		}
	}
	for _, w := range words {
		if p := PackOf(w); p != nil {
			for _, id := range p.Entries {
				take(id)
			}
			continue
		}
		if l.Find(w) == nil {
			return nil, w
		}
		take(w)
	}
	for _, e := range l.entries {
		if in[e.ID()] {
			chosen = append(chosen, e)
		}
	}
	return chosen, ""
}
