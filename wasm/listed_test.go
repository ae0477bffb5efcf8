package wasm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// asking looks up 400 fields by a name of 200 bytes that would steer a terminal,
// and a number.
func asking() []byte {
	b := guest()
	b.Data(1, []byte("\x1b"+strings.Repeat("x", 197)))
	b.Export("winnow_init", wbin.ExternFunc, b.Func("init", "", "i", "i", `
		loop
			i32.const 199 local.get 0 i32.const 10 i32.div_u i32.const 65 i32.add i32.store8
			i32.const 200 local.get 0 i32.const 10 i32.rem_u i32.const 65 i32.add i32.store8
			i32.const 1 i32.const 200 call $field drop
			local.get 0 i32.const 1 i32.add local.set 0
			local.get 0 i32.const 400 i32.lt_u br_if 0
		end i32.const 0`))
	return finish(b, 1, 1, "", "i32.const 0")
}

// However many names a module comes with, a refusal and a report tell some of
// them, fit to be shown, and how many more there are.
func TestWhatAModuleListsIsCutOff(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	many := guest()
	for range 200 {
		many.Import("env", strings.Repeat("y", 1000), "", "")
	}
	for name, c := range map[string]struct {
		module []byte
		says   string
	}{
		"imports": {finish(many, 1, 1, "", "i32.const 0"), "… and 136 more; an undefined symbol became an import"},
		"names":   {asking(), "… and 336 more; declare these, or do without"},
	} {
		t.Run(name, func(t *testing.T) {
			_, rep, err := rt.Admit(t.Context(), c.module, wasm.ModuleOptions{})
			require.ErrorIs(t, err, wasm.ErrRefused)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "\x1b")
			require.Less(t, len(err.Error()), 10_000)
			var out strings.Builder
			_, err = rep.WriteTo(&out)
			require.NoError(t, err)
			require.Less(t, out.Len(), 12_000)
		})
	}
}
