package wasm_test

import (
	"context"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// person is a contact in tests: a list is a Value of kind list with its items aside.
type person struct {
	values []wasm.Value
	items  []wasm.Value
	id     string
	doc    []byte
}

func (p *person) Field(i int) wasm.Value   { return p.values[i] }
func (p *person) Item(_, j int) wasm.Value { return p.items[j] }
func (p *person) JSON() []byte             { return p.doc }

func (p *person) Bucket(salt string) int32 {
	if p.id == "" {
		return -1
	}
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(p.id)), crc32.IEEETable, []byte(salt))
	return int32(sum % 100_000)
}

func newRuntime(tb testing.TB, o wasm.Options) *wasm.Runtime {
	tb.Helper()
	rt, err := wasm.NewRuntime(context.Background(), o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, rt.Close(context.Background())) })
	return rt
}

// admit admits a module, with time to compile it on any machine.
func admit(tb testing.TB, rt *wasm.Runtime, module []byte, o wasm.ModuleOptions) *wasm.Module {
	tb.Helper()
	o.Limits.Compile = wasm.HardLimits().Compile
	m, _, err := rt.Admit(context.Background(), module, o)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, m.Close()) })
	return m
}

// guest starts a module with all host functions of the ABI imported by name.
func guest() *wbuild.Builder {
	b := &wbuild.Builder{}
	for _, f := range [][3]string{
		{"field", "ii", "i"},
		{"output", "ii", "i"},
		{"slot", "ii", "i"},
		{"config", "ii", "i"},
		{"kind", "i", "i"},
		{"get_bool", "i", "i"},
		{"get_i64", "il", "l"},
		{"get_f64", "id", "d"},
		{"get_str", "iii", "i"},
		{"get_time", "il", "l"},
		{"count", "i", "i"},
		{"item_i64", "iil", "l"},
		{"item_f64", "iid", "d"},
		{"item_str", "iiii", "i"},
		{"contains", "iii", "i"},
		{"input_json", "ii", "i"},
		{"now", "", "l"},
		{"bucket", "ii", "i"},
		{"output_bool", "ii", ""},
		{"output_i64", "il", ""},
		{"output_f64", "id", ""},
		{"output_str", "iii", ""},
		{"verdict", "iii", ""},
		{"variant", "iii", ""},
		{"log", "iii", ""},
		{"log_enabled", "i", "i"},
	} {
		b.Import("winnow_v1", f[0], f[1], f[2])
	}
	return b
}

// finish exports the marker, the memory and the rule "evaluate" of a module.
func finish(b *wbuild.Builder, pages uint32, maxPages int, locals, evaluate string) []byte {
	b.Export("winnow_abi_v1", wbin.ExternFunc, b.Func("marker", "", "i", "", "i32.const 0"))
	b.Export("winnow_evaluate", wbin.ExternFunc, b.Func("evaluate", "", "i", locals, evaluate))
	b.Memory(pages, maxPages)
	b.Export("memory", wbin.ExternMemory, 0)
	return b.Bytes()
}

// evaluate runs a rule once and returns the failure's reason, empty when there is none.
func evaluate(tb testing.TB, m *wasm.Module, in *wasm.Input, out *wasm.Output) wasm.Reason {
	tb.Helper()
	err := m.Evaluate(context.Background(), wasm.Main, in, out)
	if err == nil {
		return ""
	}
	var f *wasm.Failure
	require.ErrorAs(tb, err, &f)
	return f.Reason
}
