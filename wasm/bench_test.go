package wasm_test

import (
	"context"
	"testing"

	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbench"
)

// BenchmarkEmptyGuestCall is the floor that the other figures are ratios of:
// the engine's own call of an empty function.
func BenchmarkEmptyGuestCall(b *testing.B) {
	call := wbench.EmptyCall(b)
	b.ReportAllocs()
	for b.Loop() {
		call()
	}
}

func BenchmarkScoring(b *testing.B) {
	for name, iso := range map[string]wasm.Isolation{"reset": wasm.IsolateCall, "keep": wasm.IsolateInstance} {
		b.Run(name, func(b *testing.B) {
			o := scoringOptions()
			o.Isolation = iso
			m := admit(b, newRuntime(b, wasm.Options{}), scoring(), o)
			in, out := scoringInput(), &wasm.Output{}
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if err := m.Evaluate(ctx, wasm.Main, in, out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParallel is to be run with -cpu 1,2: the pool must not be what
// processors meet at. Calls per second on an idle machine are GOMAXPROCS over
// cpu-ns/op, which a busy machine does not disturb.
func BenchmarkParallel(b *testing.B) {
	started := cputime.Used()
	defer func() { b.ReportMetric(float64((cputime.Used()-started).Nanoseconds())/float64(b.N), "cpu-ns/op") }()
	m := admit(b, newRuntime(b, wasm.Options{}), scoring(), scoringOptions())
	b.RunParallel(func(pb *testing.PB) {
		in, out := scoringInput(), &wasm.Output{}
		ctx := context.Background()
		for pb.Next() {
			if err := m.Evaluate(ctx, wasm.Main, in, out); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkStdio is the fallback at its cheapest: a command that prints a
// fixed answer, with the input encoded and the answer decoded by the host.
func BenchmarkStdio(b *testing.B) {
	const answer = `{"verdict":"yes","outputs":{"score":1.5}}`
	m := admit(b, newRuntime(b, wasm.Options{}), command(answer, write("1", decimal(uint32(len(answer))))), scoringOptions())
	in, out := scoringInput(), &wasm.Output{}
	ctx := context.Background()
	b.ReportAllocs()
	started := cputime.Used()
	for b.Loop() {
		if err := m.Evaluate(ctx, wasm.Main, in, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cputime.Used()-started).Nanoseconds())/float64(b.N), "cpu-ns/op")
}
