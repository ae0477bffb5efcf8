//go:build linux

package wasm_test

import (
	"testing"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbench"
)

// BenchmarkRatio reports the scoring rule (7 host calls) as a multiple of an
// empty guest call in the same run.
func BenchmarkRatio(b *testing.B) {
	empty := wbench.Fastest(wbench.EmptyCall(b))
	b.Logf("empty call: %.1f ns", empty)
	for name, iso := range map[string]wasm.Isolation{"reset": wasm.IsolateCall, "keep": wasm.IsolateInstance} {
		o := scoringOptions()
		o.Isolation = iso
		mod := admit(b, newRuntime(b, wasm.Options{}), scoring(), o)
		in, out := scoringInput(), &wasm.Output{}
		t := wbench.Fastest(func() { _ = mod.Evaluate(b.Context(), wasm.Main, in, out) })
		b.Logf("%-6s %d host calls: %.0f ns, %.1f times an empty call", name, out.Calls, t, t/empty)
	}
	for b.Loop() { // the figures are in the log
	}
}
