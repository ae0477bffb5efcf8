package meter_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/winnow-gate/winnow/wasm/internal/meter"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// What takes many times as long as an addition costs more than one: fuel is the
// only bound on the time of a call.
func TestSlowInstructionsCostMore(t *testing.T) {
	rt := interpreter(t)
	for text, cost := range map[string]uint64{
		"":                                       0,
		"nop":                                    1,
		"i32.const 0 i32.load drop":              10,
		"i32.const 0 i64.load32_u drop":          10,
		"i32.const 0 i32.const 0 i32.store":      3,
		"i32.const 7 i32.const 3 i32.div_s drop": 7,
		"i64.const 7 i64.const 3 i64.rem_u drop": 7,
		"f32.const 7 f32.const 3 f32.div drop":   7,
		"f64.const 7 f64.const 3 f64.div drop":   7,
		"f64.const 7 f64.const 3 f64.mul drop":   4,
		"f32.const 7 f32.sqrt drop":              7,
		"f64.const 7 f64.sqrt drop":              7,
		"ref.func 0 drop":                        66,
	} {
		b := &wbuild.Builder{}
		f := b.Func("f", "", "", "", text)
		b.Export("f0", wbin.ExternFunc, f)
		b.Memory(1, 1)
		m, err := rt.InstantiateWithConfig(t.Context(), rewrite(t, b.Bytes()).Bytes, wazero.NewModuleConfig().WithName(""))
		require.NoError(t, err)
		fuel := m.ExportedGlobal(meter.Fuel).(api.MutableGlobal)
		fuel.Set(plenty)
		_, err = m.ExportedFunction("f0").Call(t.Context())
		require.NoError(t, err)
		const entry = 2
		require.Equal(t, cost+entry, plenty-fuel.Get(), text)
	}
}
