package guest_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/conformance"
	"github.com/winnow-gate/winnow/wasm/guest"
	"github.com/winnow-gate/winnow/wasm/internal/wbench"
)

// modules are the samples as they were built, and the Go one built now.
func modules(b *testing.B) map[string][]byte {
	b.Helper()
	mods := map[string][]byte{}
	for _, name := range []string{"c", "assemblyscript", "rust"} {
		module, err := os.ReadFile(filepath.Join("testdata", name+".wasm"))
		require.NoError(b, err)
		mods[name] = module
	}
	dir, out := filepath.Join(b.TempDir(), "rule"), filepath.Join(b.TempDir(), "rule.wasm")
	require.NoError(b, guest.Scaffold(dir, guest.Go))
	require.NoError(b, guest.Build(b.Context(), guest.Go, dir, out, os.Environ(), io.Discard))
	module, err := os.ReadFile(out)
	require.NoError(b, err)
	mods["go"] = module
	return mods
}

// BenchmarkSample runs the sample rule with everything known: 19 host calls.
// Its floor is BenchmarkSample/empty, the engine's own call of an empty function.
func BenchmarkSample(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		call := wbench.EmptyCall(b)
		b.ReportAllocs()
		for b.Loop() {
			call()
		}
	})
	s, err := conformance.Load()
	require.NoError(b, err)
	for name, module := range modules(b) {
		for mode, iso := range map[string]wasm.Isolation{"keep": wasm.IsolateInstance, "reset": wasm.IsolateCall} {
			b.Run(name+"/"+mode, func(b *testing.B) {
				rt, err := wasm.NewRuntime(b.Context(), wasm.Options{})
				require.NoError(b, err)
				defer func() { _ = rt.Close(context.Background()) }()
				o := s.Options()
				o.Isolation = iso
				m, _, err := rt.Admit(b.Context(), module, o)
				require.NoError(b, err)
				in, err := s.Input(s.Cases[0])
				require.NoError(b, err)
				var out wasm.Output
				ctx := context.Background()
				b.ReportAllocs()
				for b.Loop() {
					if err := m.Evaluate(ctx, wasm.Main, in, &out); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(out.Fuel), "fuel/op")
				b.ReportMetric(float64(out.Calls), "hostcalls/op")
			})
		}
	}
}

// BenchmarkAdmit measures admission without a cache and with a filled one on
// disk. cpu-ms/op is what counts on a shared machine.
func BenchmarkAdmit(b *testing.B) {
	s, err := conformance.Load()
	require.NoError(b, err)
	for name, module := range modules(b) {
		admit := func(b *testing.B, dir string) {
			rt, err := wasm.NewRuntime(b.Context(), wasm.Options{CacheDir: dir})
			require.NoError(b, err)
			_, _, err = rt.Admit(b.Context(), module, s.Options())
			require.NoError(b, err)
			require.NoError(b, rt.Close(b.Context()))
		}
		measure := func(b *testing.B, dir string) {
			started := cputime.Used()
			for b.Loop() {
				admit(b, dir)
			}
			b.ReportMetric(float64((cputime.Used()-started).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		}
		b.Run(name+"/cold", func(b *testing.B) { measure(b, "") })
		b.Run(name+"/cached", func(b *testing.B) {
			dir := b.TempDir()
			admit(b, dir)
			measure(b, dir)
		})
	}
}
