package main

import (
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/wasm"
)

// Each limit that a bundle may set is the runtime's, and the format's description
// tells the runtime's figures.
func TestLimitsOfModulesAreTheRuntimes(t *testing.T) {
	lowest, highest := reflect.ValueOf(wasm.DefaultLimits(1)), reflect.ValueOf(wasm.HardLimits())
	settable := reflect.TypeFor[format.ModuleLimits]()
	for i := range settable.NumField() {
		f := settable.Field(i)
		if f.Name == "At" {
			continue
		}
		otherwise, most := fmt.Sprint(lowest.FieldByName(f.Name)), fmt.Sprint(highest.FieldByName(f.Name))
		want := "default " + otherwise + ", at most " + most
		switch f.Name {
		case "Instances":
			want = "default twice the processors, at most " + most
		case "MinPages":
			want = "default what the module says, at most memory_pages"
		}
		require.Contains(t, f.Tag.Get("doc"), want, f.Name)

		set := rules.ModuleSpec{}
		reflect.ValueOf(&set.Limits).Elem().FieldByName(f.Name).SetInt(77)
		o, err := moduleOptions(set)
		require.NoError(t, err)
		require.Equal(t, "77", fmt.Sprint(reflect.ValueOf(o.Limits).FieldByName(f.Name)), f.Name)

		name := f.Tag.Get("yaml")
		beyond, err := strconv.Atoi(most)
		require.NoError(t, err)
		_, list := probeBundle(t, fmt.Sprintf("    limits: {%s: %d}\n", name, beyond+1), &moduleLoader{compile: time.Minute})
		require.Contains(t, fmt.Sprint(list), fmt.Sprintf("the module probe is refused: limit %s: %d is outside 1 to %s", name, beyond+1, most))
	}
}

// A bundle may let a larger module in, and a longer reason, or less of both.
func TestABundleSetsTheSizeOfAModuleAndOfItsReason(t *testing.T) {
	t.Setenv(moduleCache, "off")
	const yes = `{"t":{"mode":"yes"}}`
	b, l := probe(t, "    limits: {reason_bytes: 10, module_bytes: 16777216}\n")
	require.Contains(t, reasonsOf(decided(t, b, yes)), "module_verdict probe it said so")
	// The same content again, compiled already, under a limit of its own.
	small, list := probeBundle(t, "    limits: {module_bytes: 100}\n", l)
	require.Nil(t, small)
	require.Regexp(t, `the module probe is refused: \d+ bytes, at most 100; strip debug information, or raise module_bytes \(at most 16777216\)`, fmt.Sprint(list))

	b, _ = probe(t, "    limits: {reason_bytes: 9}\n")
	require.Contains(t, reasonsOf(decided(t, b, yes)), "module_output probe text of 10 bytes, at most 9 (reason_bytes)")
}
