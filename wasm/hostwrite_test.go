package wasm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
)

// What host functions write into a module's memory is put back, too, wherever
// it lies: within a page, over a page's end, at the end of memory.
func TestWhatTheHostWroteIsPutBack(t *testing.T) {
	const sum = `
		loop
		  local.get 1 i64.const 31 i64.mul local.get 0 i64.load i64.add local.set 1
		  local.get 0 i32.const 8 i32.add local.tee 0 i32.const 131072 i32.lt_u br_if 0
		end`
	for name, write := range map[string]string{
		"get_str":           "i32.const 0 i32.const AT i32.const 64 call $get_str drop",
		"item_str":          "i32.const 1 i32.const 0 i32.const AT i32.const 64 call $item_str drop",
		"config":            "i32.const AT i32.const 64 call $config drop",
		"input_json":        "i32.const AT i32.const 9000 call $input_json drop",
		"random_get":        "i32.const AT i32.const 40 call $random_get drop",
		"clock_time_get":    "i32.const 0 i64.const 1 i32.const AT call $clock_time_get drop",
		"clock_res_get":     "i32.const 0 i32.const AT call $clock_res_get drop",
		"args_sizes_get":    "i32.const AT i32.const AT call $args_sizes_get drop",
		"fd_fdstat_get":     "i32.const 1 i32.const AT call $fd_fdstat_get drop",
		"fd_write":          "i32.const 1 i32.const 0 i32.const 0 i32.const AT call $fd_write drop",
		"poll_oneoff":       "i32.const 0 i32.const AT i32.const 1 i32.const 8 call $poll_oneoff drop",
		"its own stores":    "i32.const AT i64.const -1 i64.store i32.const AT i32.const 7 i32.store16 i32.const AT f64.const 1.5 f64.store offset=3",
		"its own bulk fill": "i32.const AT i32.const 7 i32.const 5000 memory.fill",
	} {
		for _, at := range []string{"20000", "24570", "4093", "122000"} {
			b := guest()
			b.Import("wasi_snapshot_preview1", "random_get", "ii", "i")
			b.Import("wasi_snapshot_preview1", "clock_time_get", "ili", "i")
			b.Import("wasi_snapshot_preview1", "clock_res_get", "ii", "i")
			b.Import("wasi_snapshot_preview1", "args_sizes_get", "ii", "i")
			b.Import("wasi_snapshot_preview1", "fd_fdstat_get", "ii", "i")
			b.Import("wasi_snapshot_preview1", "fd_write", "iiii", "i")
			b.Import("wasi_snapshot_preview1", "poll_oneoff", "iiii", "i")
			module := finish(b, 2, 2, "il", sum+" i32.const 0 local.get 1 call $output_i64 "+
				// Not in the warm-up: what that wrote is part of the clean state.
				" i32.const 0 call $kind i32.const 8 i32.ge_u if "+strings.ReplaceAll(write, "AT", at)+" end"+
				" i32.const 0 local.set 0 i64.const 0 local.set 1 "+sum+" i32.const 1 local.get 1 call $output_i64 i32.const 0")
			m := admit(t, newRuntime(t, wasm.Options{}), module, wasm.ModuleOptions{
				Config:  []byte("a configuration"),
				Fields:  []wasm.FieldDecl{{Path: "s", Kind: wasm.KindString}, {Path: "l", Kind: wasm.KindList, Elem: wasm.KindString}},
				Outputs: []wasm.OutputDecl{{Name: "before", Kind: wasm.KindInt}, {Name: "after", Kind: wasm.KindInt}},
			})
			var clean int64
			var out wasm.Output
			for i, secret := range []string{"first secret", "another secret", "the third one"} {
				p := &person{
					values: []wasm.Value{wasm.String(secret), wasm.List(1)}, items: []wasm.Value{wasm.String(secret)},
					doc: []byte(strings.Repeat(secret, 600)), id: secret,
				}
				require.Empty(t, evaluate(t, m, &wasm.Input{Fields: p, Contact: p, Now: int64(i) + 1000}, &out))
				if i == 0 {
					clean = out.Results[0].Num
				}
				require.Equal(t, clean, out.Results[0].Num, "%s at %s: call %d found something", name, at, i)
				if name != "args_sizes_get" && name != "fd_write" { // they write zeros
					require.NotEqual(t, clean, out.Results[1].Num, "%s at %s wrote nothing", name, at)
				}
			}
		}
	}
}
