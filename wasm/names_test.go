package wasm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// named is a module of which the rule traps and that has this name section.
func named(section ...byte) []byte {
	b := guest()
	b.Custom("name", section)
	return finish(b, 1, 1, "", "unreachable")
}

// subsection is a part of a name section.
func subsection(id byte, content []byte) []byte {
	return append(wbin.AppendU32([]byte{id}, uint32(len(content))), content...)
}

// ruleAt is the rule's index, behind 26 imports and the marker.
const ruleAt = 27

// names is a subsection that names the rule of a module.
func names(name string) []byte {
	return subsection(1, wbin.AppendName([]byte{1, ruleAt}, name))
}

// The engine makes room for as many names as the section says it has, which was
// a hundred gigabytes for a section of seven bytes: it must not see such a one.
func TestNamesThatAreNotThereCostNothing(t *testing.T) {
	many := wbin.AppendU32(nil, 1<<32-1)
	rt := newRuntime(t, wasm.Options{})
	for what, section := range map[string][]byte{
		"functions":      subsection(1, many),
		"locals":         subsection(2, many),
		"locals of one":  subsection(2, append([]byte{1, 0}, many...)),
		"bytes of one":   subsection(1, append([]byte{1, 0}, many...)),
		"bytes of all":   append([]byte{1}, many...),
		"module's bytes": subsection(0, many),
	} {
		m := admit(t, rt, named(section...), wasm.ModuleOptions{})
		var out wasm.Output
		require.Equal(t, wasm.ReasonTrap, evaluate(t, m, modeInput(0), &out), what)
	}
}

func TestFailuresTellTheFunctionByAName(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	for name, shown := range map[string]string{
		"score":                   "score",
		"main.(*model).score":     "main.(*model).score",
		"core::fmt(i32) -> f64":   "core::fmt(i32) -> f64",
		"\x1b[31mred\nnext line":  "?[31mred?next line",
		"not UTF-8 \xff":          "not UTF-8 ?",
		strings.Repeat("x", 5000): strings.Repeat("x", 128) + "…",
		"":                        "$27",
	} {
		m := admit(t, rt, named(names(name)...), wasm.ModuleOptions{})
		var out wasm.Output
		err := m.Evaluate(t.Context(), wasm.Main, modeInput(0), &out)
		require.EqualError(t, err, "module_trap: unreachable in function "+shown)
	}
}
