package wasm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// scoring is the rule of the tests and benchmarks: five reads, a score, a
// tier, a verdict with a reason and a variant.
func scoring() []byte {
	b := guest()
	b.Data(64, []byte("contact.countryorders.countorders.spentscoretierheroVIPDEfirst ordergoldvip"))
	for range 6 {
		b.Global(wbin.I32, true, "i32.const -1")
	}
	b.Export("winnow_init", wbin.ExternFunc, b.Func("init", "", "i", "", `
		i32.const 64 i32.const 15 call $field global.set 0
		i32.const 79 i32.const 12 call $field global.set 1
		i32.const 91 i32.const 12 call $field global.set 2
		i32.const 103 i32.const 5 call $output global.set 3
		i32.const 108 i32.const 4 call $output global.set 4
		i32.const 112 i32.const 4 call $slot global.set 5
		i32.const 0`))
	return finish(b, 1, 1, "ild", `
		global.get 0 i32.const 1024 i32.const 64 call $get_str local.set 0
		global.get 1 i64.const 0 call $get_i64 local.set 1
		global.get 2 f64.const 0 call $get_f64 local.set 2
		global.get 3 local.get 2 local.get 1 f64.convert_i64_s f64.const 10 f64.mul f64.add call $output_f64
		global.get 4 i32.const 132 i32.const 4 call $output_str
		global.get 5 i32.const 136 i32.const 3 call $variant
		local.get 0 i32.const 2 i32.eq if
		  i32.const 1 i32.const 121 i32.const 11 call $verdict
		else
		  i32.const 2 i32.const 0 i32.const 0 call $verdict
		end
		i32.const 0`)
}

func scoringOptions() wasm.ModuleOptions {
	return wasm.ModuleOptions{
		Name: "scoring",
		Fields: []wasm.FieldDecl{
			{Path: "contact.country", Kind: wasm.KindString},
			{Path: "orders.count", Kind: wasm.KindInt},
			{Path: "orders.spent", Kind: wasm.KindFloat},
		},
		Outputs: []wasm.OutputDecl{{Name: "score", Kind: wasm.KindFloat}, {Name: "tier", Kind: wasm.KindString}},
		Slots:   []wasm.SlotDecl{{Name: "hero", Variants: []string{"generic", "vip"}}},
	}
}

func scoringInput() *wasm.Input {
	p := &person{values: []wasm.Value{wasm.String("DE"), wasm.Int(3), wasm.Float(12.5)}, id: "c-1", doc: []byte(`{"a":1}`)}
	return &wasm.Input{Fields: p, Contact: p, Now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixMilli()}
}

func TestEvaluateFillsTypedOutputs(t *testing.T) {
	for _, e := range []wasm.Engine{wasm.Compiler, wasm.Interpreter} {
		o := scoringOptions()
		o.Engine = e
		m := admit(t, newRuntime(t, wasm.Options{}), scoring(), o)
		var out wasm.Output
		for range 3 {
			require.NoError(t, m.Evaluate(t.Context(), wasm.Main, scoringInput(), &out))
			require.Equal(t, wasm.VerdictYes, out.Verdict)
			require.Equal(t, "first order", string(out.Reason))
			require.InDelta(t, 42.5, out.Results[0].Float(), 0)
			require.Equal(t, "gold", string(out.Results[1].Str))
			require.Equal(t, []int32{1}, out.Variants)
			require.Equal(t, 7, out.Calls)
			require.Equal(t, int64(266), out.Fuel, "fuel is part of the contract, the same on both engines")
		}
		// Unknown is visible: no country, no verdict but unknown.
		require.NoError(t, m.Evaluate(t.Context(), wasm.Main, &wasm.Input{}, &out))
		require.Equal(t, wasm.VerdictUnknown, out.Verdict)
	}
}

func TestEvaluateAllocatesNothing(t *testing.T) {
	for _, iso := range []wasm.Isolation{wasm.IsolateCall, wasm.IsolateInstance} {
		o := scoringOptions()
		o.Isolation = iso
		m := admit(t, newRuntime(t, wasm.Options{}), scoring(), o)
		in, out := scoringInput(), &wasm.Output{}
		ctx := t.Context()
		require.NoError(t, m.Evaluate(ctx, wasm.Main, in, out))
		n := testing.AllocsPerRun(1000, func() { _ = m.Evaluate(ctx, wasm.Main, in, out) })
		require.Zero(t, n)
	}
}
