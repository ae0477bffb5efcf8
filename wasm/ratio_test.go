//go:build linux

package wasm_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"golang.org/x/sys/unix"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// fastest is the least processor time of one call over several batches, on
// one thread, so that what else runs on the machine hardly shows.
func fastest(f func()) float64 {
	now := func() time.Duration {
		var ts unix.Timespec
		_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
		return time.Duration(ts.Nano())
	}
	const batches, calls = 40, 2000
	best := time.Duration(1 << 60)
	for range batches {
		started := now()
		for range calls {
			f()
		}
		best = min(best, now()-started)
	}
	return float64(best.Nanoseconds()) / calls
}

// BenchmarkRatio reports the scoring rule (7 host calls) as a multiple of an
// empty guest call in the same run.
func BenchmarkRatio(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer func() { _ = rt.Close(ctx) }()
	var w wbuild.Builder
	w.Export("f", 0, w.Func("f", "", "", "", ""))
	m, err := rt.Instantiate(ctx, w.Bytes())
	require.NoError(b, err)
	f := m.ExportedFunction("f")
	empty := fastest(func() { _ = f.CallWithStack(ctx, nil) })
	b.Logf("empty call: %.1f ns", empty)
	for name, iso := range map[string]wasm.Isolation{"reset": wasm.IsolateCall, "keep": wasm.IsolateInstance} {
		o := scoringOptions()
		o.Isolation = iso
		mod := admit(b, newRuntime(b, wasm.Options{}), scoring(), o)
		in, out := scoringInput(), &wasm.Output{}
		t := fastest(func() { _ = mod.Evaluate(ctx, wasm.Main, in, out) })
		b.Logf("%-6s %d host calls: %.0f ns, %.1f times an empty call", name, out.Calls, t, t/empty)
	}
	for b.Loop() { // the figures are in the log
	}
}
