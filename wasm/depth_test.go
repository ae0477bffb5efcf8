package wasm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
)

// spilling are functions of few locals and a low operand stack that make the
// engine put aside thousands of values. They call themselves first, as often as
// the field says.
func spilling() map[string][]byte {
	crowd := strings.Repeat("local.get 0 i32.wrap_i64 i64.load ", 24) + strings.Repeat("i64.add ", 23) + "local.set 0 "
	merge := &strings.Builder{}
	merge.WriteString(strings.Repeat("local.get 0 i64.const 77 i64.ne if ", 300))
	for i := range 20 {
		fmt.Fprintf(merge, "local.get %d local.get 0 i64.add local.set %d ", i+1, (i+1)%20+1)
	}
	merge.WriteString(strings.Repeat("end ", 300))
	bodies := map[string][2]string{
		"values across calls":    {"", strings.Repeat("local.get 0 i64.const 3 i64.mul local.get 0 call $leaf i64.add local.set 0 ", 7000)},
		"more than registers":    {"", strings.Repeat(crowd, 300)},
		"values of many origins": {strings.Repeat("l", 20), merge.String()},
	}
	modules := map[string][]byte{}
	for name, body := range bodies {
		b := guest()
		b.Func("leaf", "l", "l", "", "local.get 0")
		b.Body(b.Declare("hungry", "l", "l"), body[0], `
			local.get 0 i64.eqz if i64 i64.const 0 else local.get 0 i64.const 1 i64.sub call $hungry end drop
			local.get 0 i64.eqz if `+body[1]+` end local.get 0`)
		modules[name] = finish(b, 1, 1, "", "i32.const 0 i64.const 0 call $get_i64 call $hungry drop i32.const 0")
	}
	return modules
}

// Depth ends before the stack of the engine does: else only one of the two
// engines would fail, and each instance would keep a hundred megabytes.
func TestDepthCountsWhatAnEnginePutsAside(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	for name, module := range spilling() {
		t.Run(name, func(t *testing.T) {
			compiled := admit(t, rt, module, victimOptions(wasm.Compiler))
			interpreted := admit(t, rt, module, victimOptions(wasm.Interpreter))
			for _, depth := range []int64{1, 20, 50, 500, 1500, 3000} {
				var a, b wasm.Output
				errA := compiled.Evaluate(t.Context(), wasm.Main, modeInput(depth), &a)
				errB := interpreted.Evaluate(t.Context(), wasm.Main, modeInput(depth), &b)
				require.Equal(t, errB, errA, "%d deep", depth)
				require.Equal(t, b.Fuel, a.Fuel, "%d deep", depth)
			}
		})
	}
}

// An instance does not keep the stack of its deepest call.
func TestADeepCallLeavesNoStackBehind(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	m := admit(t, rt, spilling()["values across calls"], victimOptions(wasm.Compiler))
	var out wasm.Output
	require.Empty(t, evaluate(t, m, modeInput(1), &out))
	before := heapInUse()
	require.Empty(t, evaluate(t, m, modeInput(50), &out))
	require.Less(t, int64(heapInUse())-int64(before), int64(1<<20))
	require.Empty(t, evaluate(t, m, modeInput(50), &out), "and goes as deep again")
}
