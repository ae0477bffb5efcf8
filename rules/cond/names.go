package cond

import (
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
)

// Names is what a condition may refer to besides functions. The compiler of a
// bundle provides it; every map may be nil.
type Names struct {
	Fields *field.Schema
	// Params are constants: bool, int64, float64, string, []string, []int64 or []float64.
	Params map[string]any
	// Lists answer whether they hold a text.
	Lists map[string]Lookup
	// Knowledge are named questions about a text, as is_academic(contact.email).
	Knowledge map[string]func(string) bool
	// Modules are the numbers of the modules whose outputs are fields, by the
	// field's path.
	Modules map[string]int
	// Refs are the numbers of conditions that others may ask by name, by
	// "signal.name" and "persona.id". They need not be compiled yet.
	Refs map[string]int
	// Values are the value signals compiled so far, by name.
	Values map[string]*Value
}

// Lookup reports whether a list holds a text.
type Lookup interface{ Contains(text string) bool }

// refNames lists what stands under a prefix such as "persona.".
func (n *Names) refNames(prefix string) []string {
	var out []string
	for name := range n.Refs {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			out = append(out, name[len(prefix):])
		}
	}
	return out
}

func keysOf[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}

// Source is a condition's text and where its runes stand.
type Source struct {
	Text  string
	Place func(from, to int) diag.Place
}
