package meter_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"github.com/winnow-gate/winnow/wasm/internal/meter"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
	"github.com/winnow-gate/winnow/wasm/internal/wgen"
)

// accepts reports whether the engine finds a module valid.
func accepts(tb testing.TB, rt wazero.Runtime, module []byte) bool {
	tb.Helper()
	cm, err := rt.CompileModule(tb.Context(), module)
	if err != nil {
		return false
	}
	require.NoError(tb, cm.Close(tb.Context()))
	return true
}

// rewritable is the rewritten form of bytes of any origin, nil when they are refused.
func rewritable(module []byte) []byte {
	m, err := wbin.Parse(module, wbin.DefaultCaps())
	if err != nil {
		return nil
	}
	st, err := wbin.Scan(m, wbin.DefaultCaps())
	if err != nil {
		return nil
	}
	res, err := meter.Rewrite(m, st, meter.Options{MaxPages: 16})
	if err != nil {
		return nil
	}
	return res.Bytes
}

// checkNarrow holds that what the engine would refuse it still refuses once it
// is rewritten: else a module could reach the counters that stop it.
func checkNarrow(tb testing.TB, rt wazero.Runtime, module []byte) {
	tb.Helper()
	rewritten := rewritable(module)
	if rewritten != nil && accepts(tb, rt, rewritten) {
		require.True(tb, accepts(tb, rt, module), "rewriting made a valid module of %x", module)
	}
}

func interpreter(tb testing.TB) wazero.Runtime {
	tb.Helper()
	rt := wazero.NewRuntimeWithConfig(tb.Context(), wazero.NewRuntimeConfigInterpreter())
	tb.Cleanup(func() { require.NoError(tb, rt.Close(tb.Context())) })
	return rt
}

func TestRewritingMakesNothingValid(t *testing.T) {
	rt := interpreter(t)
	for seed := range uint64(1000) {
		module := bytes.Clone(wgen.Generate(seed % 100).Bytes)
		r := rand.New(rand.NewPCG(seed, 1))
		for range 1 + r.IntN(3) {
			at := len(wbin.Magic) + r.IntN(len(module)-len(wbin.Magic))
			module[at] += byte(1 + r.IntN(5))
		}
		checkNarrow(t, rt, module)
	}
}

func FuzzRewritingMakesNothingValid(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(wgen.Generate(seed).Bytes)
	}
	rt := interpreter(f)
	f.Fuzz(func(t *testing.T, module []byte) { checkNarrow(t, rt, module) })
}

// Each of these reaches for what only the rewritten module has.
func TestReachesForTheCountersAreRefused(t *testing.T) {
	body := func(locals, text string) func(b *wbuild.Builder) {
		return func(b *wbuild.Builder) { b.Func("f", "", "", locals, text) }
	}
	for name, add := range map[string]func(b *wbuild.Builder){
		"set the fuel":            body("", "i64.const 1000000 global.set 1"),
		"read the fuel":           body("", "global.get 1 drop"),
		"set the depth":           body("", "i64.const 1000000 global.set 2"),
		"read a scratch local":    body("i", "local.get 1 drop"),
		"write a scratch local":   body("i", "i64.const 1 local.set 1"),
		"call a helper":           body("", "i32.const 1 call 2 drop"),
		"take a helper":           body("", "ref.func 2 drop"),
		"branch out of the whole": body("", "call 0 br 1"),
		"branch out if":           body("", "call 0 i32.const 1 br_if 1"),
		"branch out by a table":   body("", "call 0 i32.const 1 br_table [0 1]"),
		"helper in the table":     func(b *wbuild.Builder) { b.Table(2, 2); b.Elem(0, 1) },
		"export the fuel":         func(b *wbuild.Builder) { b.Export("mine", wbin.ExternGlobal, 1) },
		"export a helper":         func(b *wbuild.Builder) { b.Export("mine", wbin.ExternFunc, 1) },
		"global from the fuel":    func(b *wbuild.Builder) { b.Global(wbin.I64, false, "global.get 2") },
	} {
		t.Run(name, func(t *testing.T) {
			b := &wbuild.Builder{}
			b.Memory(1, 1)
			b.Global(wbin.I32, true, "i32.const 0")
			b.Func("first", "", "", "", "")
			add(b)
			m, err := wbin.Parse(b.Bytes(), wbin.DefaultCaps())
			if err == nil {
				_, err = wbin.Scan(m, wbin.DefaultCaps())
			}
			require.ErrorIs(t, err, wbin.ErrMalformed)
		})
	}
}
