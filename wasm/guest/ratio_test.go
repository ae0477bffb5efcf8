//go:build linux

package guest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/conformance"
	"github.com/winnow-gate/winnow/wasm/internal/wbench"
)

// BenchmarkRatio reports rules' processor time as a multiple of an empty guest
// call in the same run: the sample's main rule with everything known (19 host
// calls) and with consent refused (2), and its small rule, which reads four
// fields and answers.
func BenchmarkRatio(b *testing.B) {
	ctx := context.Background()
	empty := wbench.Fastest(wbench.EmptyCall(b))
	b.Logf("empty call: %.1f ns", empty)
	s, err := conformance.Load()
	require.NoError(b, err)
	for name, module := range modules(b) {
		for mode, iso := range map[string]wasm.Isolation{"keep": wasm.IsolateInstance, "reset": wasm.IsolateCall} {
			rt, err := wasm.NewRuntime(ctx, wasm.Options{})
			require.NoError(b, err)
			o := s.Options()
			o.Isolation = iso
			m, _, err := rt.Admit(ctx, module, o)
			require.NoError(b, err)
			for _, c := range s.Cases {
				if c.Name != "everything known" && c.Name != "consent refused" && c.Name != "a second rule: yes" {
					continue
				}
				in, err := s.Input(c)
				require.NoError(b, err)
				entry, ok := m.Entry(c.Rule)
				require.True(b, ok)
				var out wasm.Output
				t := wbench.Fastest(func() { _ = m.Evaluate(ctx, entry, in, &out) })
				b.Run(fmt.Sprintf("%s/%s/calls=%d", name, mode, out.Calls), func(b *testing.B) {
					for b.Loop() { // the figures are taken above, all against one floor
					}
					b.ReportMetric(0, "ns/op")
					b.ReportMetric(t, "ns/call")
					b.ReportMetric(t/empty, "x-empty")
				})
			}
			require.NoError(b, rt.Close(ctx))
		}
	}
}
