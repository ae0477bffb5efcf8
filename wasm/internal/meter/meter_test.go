package meter_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/winnow-gate/winnow/wasm/internal/meter"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
	"github.com/winnow-gate/winnow/wasm/internal/wgen"
)

// outcome is all that a run can show.
type outcome struct {
	results []uint64
	failed  bool
	memory  string // size and digest
	fuel    uint64
}

type engine struct {
	name string
	rt   wazero.Runtime
}

func engines(tb testing.TB) []engine {
	tb.Helper()
	ctx := context.Background()
	es := []engine{
		{"compiler", wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler())},
		{"interpreter", wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())},
	}
	tb.Cleanup(func() {
		for _, e := range es {
			_ = e.rt.Close(ctx)
		}
	})
	return es
}

const plenty = 1 << 40

// run calls every function of a module in turn on one instance.
// counters are the names of all fuel and depth globals; none means not metered.
func run(tb testing.TB, e engine, module []byte, sigs [][2]string, counters ...string) []outcome {
	tb.Helper()
	ctx := context.Background()
	m, err := e.rt.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithName(""))
	if err != nil { // a trapping start function or data out of bounds: the same for all
		return []outcome{{failed: true}}
	}
	defer func() { _ = m.Close(ctx) }()
	for _, c := range counters {
		m.ExportedGlobal(c).(api.MutableGlobal).Set(plenty)
	}
	if f := m.ExportedFunction(meter.Start); f != nil {
		if _, err := f.Call(ctx); err != nil {
			return []outcome{{failed: true}}
		}
	}
	before, _ := m.Memory().Read(0, m.Memory().Size())
	before = bytes.Clone(before)
	var out []outcome
	for i, sig := range sigs {
		for _, c := range counters {
			if c != meter.Fuel {
				m.ExportedGlobal(c).(api.MutableGlobal).Set(plenty)
			}
		}
		args := make([]uint64, len(sig[0]))
		for j, t := range sig[0] {
			args[j] = map[rune]uint64{'i': 7, 'l': 1 << 40, 'f': api.EncodeF32(2.5), 'd': api.EncodeF64(-3)}[t]
		}
		res, err := m.ExportedFunction("f"+string(rune('0'+i))).Call(ctx, args...)
		o := outcome{failed: err != nil}
		for j, v := range res {
			o.results = append(o.results, canonical(sig[1][j], v))
		}
		mem, _ := m.Memory().Read(0, m.Memory().Size())
		if d := m.ExportedGlobal(meter.Dirty); d != nil {
			require.Empty(tb, unmarked(before, mem, d.Get()), "a page was written to and not marked")
		}
		o.memory = fmt.Sprintf("%d bytes, %x", len(mem), sha256.Sum256(mem))
		if len(counters) > 0 {
			o.fuel = m.ExportedGlobal(meter.Fuel).Get()
		}
		out = append(out, o)
	}
	return out
}

// unmarked lists the pages that changed and are not in the mask, nor behind
// one that is.
func unmarked(before, after []byte, mask uint64) (pages []int) {
	mask |= mask << 1
	for p := 0; p*meter.PageSize < len(before); p++ {
		at := p * meter.PageSize
		if mask>>p&1 == 0 && !bytes.Equal(before[at:at+meter.PageSize], after[at:at+meter.PageSize]) {
			pages = append(pages, p)
		}
	}
	return pages
}

// canonical hides the bits of a NaN, which the specification leaves open.
func canonical(t byte, v uint64) uint64 {
	switch {
	case t == 'i':
		return uint64(uint32(v)) // the upper half is not part of the value
	case t == 'f' && v&0x7fffffff > 0x7f800000:
		return 0x7fc00000
	case t == 'f':
		return uint64(uint32(v))
	case t == 'd' && math.IsNaN(math.Float64frombits(v)):
		return math.Float64bits(math.NaN())
	}
	return v
}

func rewrite(tb testing.TB, module []byte) meter.Result {
	tb.Helper()
	m, err := wbin.Parse(module, wbin.DefaultCaps())
	require.NoError(tb, err)
	st, err := wbin.Scan(m, wbin.DefaultCaps())
	require.NoError(tb, err)
	res, err := meter.Rewrite(m, st, meter.Options{MaxPages: 16})
	require.NoError(tb, err)
	return res
}

// checkSeed compares a random module with its rewritten form on both engines.
func checkSeed(tb testing.TB, es []engine, seed uint64) {
	tb.Helper()
	g := wgen.Generate(seed)
	rewritten := rewrite(tb, g.Bytes)
	// The interpreter is the reference: the compiler of wazero 1.12 has known faults
	// that the rewriter works around.
	want := run(tb, es[1], g.Bytes, g.Sigs)
	var fuel []outcome
	for i, e := range es {
		got := run(tb, e, rewritten.Bytes, g.Sigs, meter.Fuel, meter.Depth)
		if i == 0 {
			fuel = got
		}
		require.Len(tb, got, len(want), "seed %d on %s", seed, e.name)
		for j := range want {
			require.Equal(tb, want[j].failed, got[j].failed, "seed %d f%d on %s", seed, j, e.name)
			require.Equal(tb, want[j].results, got[j].results, "seed %d f%d on %s", seed, j, e.name)
			require.Equal(tb, want[j].memory, got[j].memory, "seed %d f%d on %s: memory", seed, j, e.name)
			require.Equal(tb, fuel[j].fuel, got[j].fuel, "seed %d f%d on %s: fuel", seed, j, e.name)
		}
	}
	// Once more: a rewritten module means the same when it is rewritten again.
	twice := rewrite(tb, rewritten.Bytes)
	inner := twice.Globals[len(twice.Globals)-5:] // the counters of the first pass
	again := run(tb, es[0], twice.Bytes, g.Sigs, meter.Fuel, meter.Depth, inner[0], inner[1])
	for j := range want {
		require.Equal(tb, want[j].results, again[j].results, "seed %d f%d rewritten twice", seed, j)
	}
}

// WINNOW_REWRITE_SEEDS sets how many modules are tried; 100,000 take minutes.
func TestRewrittenAgreesOnRandomModules(t *testing.T) {
	es := engines(t)
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("WINNOW_REWRITE_SEEDS"), "400"), 10, 64)
	require.NoError(t, err)
	for seed := range seeds {
		checkSeed(t, es, seed)
	}
}

func FuzzRewrite(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	es := engines(f)
	f.Fuzz(func(t *testing.T, seed uint64) { checkSeed(t, es, seed) })
}

// The engine's branch on a zero left of an and is wrong without the rewriter's help.
func TestEngineFaultIsHidden(t *testing.T) {
	b := &wbuild.Builder{}
	b.Export("f0", wbin.ExternFunc, b.Func("f", "l", "i", "l",
		"local.get 1 local.get 0 i64.const 255 i64.and i64.lt_s if i32 i32.const 1 else i32.const 2 end"))
	b.Memory(1, 1)
	rewritten := rewrite(t, b.Bytes()).Bytes
	for _, e := range engines(t) {
		m, err := e.rt.InstantiateWithConfig(t.Context(), rewritten, wazero.NewModuleConfig().WithName(""))
		require.NoError(t, err)
		m.ExportedGlobal(meter.Fuel).(api.MutableGlobal).Set(plenty)
		res, err := m.ExportedFunction("f0").Call(t.Context(), 5)
		require.NoError(t, err)
		require.Equal(t, uint32(1), uint32(res[0]), e.name)
	}
}
