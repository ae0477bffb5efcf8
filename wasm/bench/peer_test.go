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

// empty is a module of winnow's whose rule does nothing.
func empty() []byte {
	var w wbuild.Builder
	w.Memory(1, 1)
	w.Export("winnow_abi_v1", wbin.ExternFunc, w.Func("abi", "", "i", "", "i32.const 0"))
	w.Export("winnow_evaluate", wbin.ExternFunc, w.Func("evaluate", "", "i", "", "i32.const 0"))
	return w.Bytes()
}

// BenchmarkNoop is the same for winnow: a rule that does nothing, with a
// contact of 2 KB in front of it, and its memory put back afterwards.
func BenchmarkNoop(b *testing.B) {
	call(b, empty(), wasm.ModuleOptions{Name: "noop"}, "", &wasm.Input{Contact: document(make([]byte, 2048))})
}

// BenchmarkSmallRule runs the small rule of the kits in C: four reads and an
// answer.
func BenchmarkSmallRule(b *testing.B) { sample(b, "a second rule: yes") }

// BenchmarkSample runs the whole sample rule in C: 19 host calls.
func BenchmarkSample(b *testing.B) { sample(b, "everything known") }

func sample(b *testing.B, name string) {
	b.Helper()
	module, err := os.ReadFile("../guest/testdata/c.wasm")
	if err != nil {
		b.Fatal(err)
	}
	s, err := conformance.Load()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range s.Cases {
		if c.Name == name {
			in, err := s.Input(c)
			if err != nil {
				b.Fatal(err)
			}
			call(b, module, s.Options(), c.Rule, in)
			return
		}
	}
	b.Fatalf("no case %q", name)
}

// call runs a rule with everything put back after each call, as is the default.
func call(b *testing.B, module []byte, o wasm.ModuleOptions, rule string, in *wasm.Input) {
	b.Helper()
	ctx := context.Background()
	rt, err := wasm.NewRuntime(ctx, wasm.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rt.Close(ctx) }()
	m, _, err := rt.Admit(ctx, module, o)
	if err != nil {
		b.Fatal(err)
	}
	entry, ok := m.Entry(rule)
	if !ok {
		b.Fatalf("no rule %q", rule)
	}
	var out wasm.Output
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		if err := m.Evaluate(ctx, entry, in, &out); err != nil {
			b.Fatal(err)
		}
	}
}

// document is an input that a rule could ask for.
type document []byte

func (d document) Bucket(string) int32 { return -1 }
func (d document) JSON() []byte        { return d }
