// Package bench compares a call of winnow's with one of a general plug-in
// host. It is a module of its own, so that the peer is no dependency of winnow.
package bench

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"

	extism "github.com/extism/go-sdk"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/conformance"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

func cpu(b *testing.B) func() {
	b.Helper()
	now := func() time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	started := now()
	return func() { b.ReportMetric(float64((now()-started).Nanoseconds())/float64(b.N), "cpu-ns/op") }
}

// BenchmarkPeerNoop calls an Extism plug-in that does nothing, with an input of 2 KB.
func BenchmarkPeerNoop(b *testing.B) {
	var w wbuild.Builder
	w.Memory(1, 1)
	w.Export("noop", wbin.ExternFunc, w.Func("noop", "", "i", "", "i32.const 0"))
	ctx := context.Background()
	p, err := extism.NewPlugin(ctx, extism.Manifest{Wasm: []extism.Wasm{extism.WasmData{Data: w.Bytes()}}}, extism.PluginConfig{}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = p.Close(ctx) }()
	input := make([]byte, 2048)
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		if _, _, err := p.Call("noop", input); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSample runs the whole sample rule in C: 19 host calls, and
// everything put back afterwards.
func BenchmarkSample(b *testing.B) {
	module, err := os.ReadFile("../guest/testdata/c.wasm")
	if err != nil {
		b.Fatal(err)
	}
	s, err := conformance.Load()
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	rt, err := wasm.NewRuntime(ctx, wasm.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rt.Close(ctx) }()
	in, err := s.Input(s.Cases[0])
	if err != nil {
		b.Fatal(err)
	}
	m, _, err := rt.Admit(ctx, module, s.Options())
	if err != nil {
		b.Fatal(err)
	}
	var out wasm.Output
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		if err := m.Evaluate(ctx, wasm.Main, in, &out); err != nil {
			b.Fatal(err)
		}
	}
}
