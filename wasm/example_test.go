package wasm_test

import (
	"context"
	"fmt"
	"os"

	"github.com/winnow-gate/winnow/wasm"
)

// visits are the declared fields of one contact, by number.
type visits []wasm.Value

func (v visits) Field(i int) wasm.Value   { return v[i] }
func (v visits) Item(_, _ int) wasm.Value { return wasm.Unknown(wasm.KindInt) } // none is a list

// A module is admitted once and then called for one contact after the other.
func Example() {
	ctx := context.Background()
	rt, err := wasm.NewRuntime(ctx, wasm.Options{})
	if err != nil {
		panic(err)
	}
	defer rt.Close(ctx)
	module, err := os.ReadFile("../examples/modules/propensity.wasm")
	if err != nil {
		panic(err)
	}
	mod, _, err := rt.Admit(ctx, module, wasm.ModuleOptions{
		Name: "propensity",
		Fields: []wasm.FieldDecl{
			{Path: "engagement.clicks_90d", Kind: wasm.KindInt},
			{Path: "web.sessions_30d", Kind: wasm.KindInt},
			{Path: "web.pricing_views_90d", Kind: wasm.KindInt},
			{Path: "orders.count", Kind: wasm.KindInt},
			{Path: "orders.value_12m", Kind: wasm.KindFloat},
		},
		Slots:   []wasm.SlotDecl{{Name: "hero", Variants: []string{"news", "demo"}}},
		Outputs: []wasm.OutputDecl{{Name: "score", Kind: wasm.KindFloat}, {Name: "band", Kind: wasm.KindString}},
	})
	if err != nil {
		panic(err)
	}
	defer mod.Close()

	var out wasm.Output
	in := wasm.Input{Fields: visits{wasm.Int(4), wasm.Int(9), wasm.Int(3), wasm.Int(1), wasm.Unknown(wasm.KindFloat)}}
	if err := mod.Evaluate(ctx, wasm.Main, &in, &out); err != nil {
		panic(err) // *wasm.Failure: its Reason is one of a few codes
	}
	fmt.Printf("score %.2f, band %s, variant %d of hero\n", out.Results[0].Float(), out.Results[1].Str, out.Variants[0])
	// Output: score 0.87, band hot, variant 1 of hero
}
