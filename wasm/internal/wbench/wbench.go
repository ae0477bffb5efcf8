// Package wbench measures calls of modules against their floor, the engine's own
// call of a function that does nothing: such a multiple says the same on a slow
// machine as on a fast one. It exists because the runtime's benchmarks and those
// of the guests are compared with the same floor.
package wbench

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// EmptyCall is a call of a guest function that does nothing.
func EmptyCall(tb testing.TB) func() {
	tb.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	tb.Cleanup(func() { _ = rt.Close(ctx) })
	var w wbuild.Builder
	w.Export("f", 0, w.Func("f", "", "", "", ""))
	m, err := rt.Instantiate(ctx, w.Bytes())
	require.NoError(tb, err)
	f := m.ExportedFunction("f")
	return func() { _ = f.CallWithStack(ctx, nil) }
}
