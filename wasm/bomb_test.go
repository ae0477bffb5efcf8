package wasm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// function returns a module whose rule also has one function with this body.
func function(locals, text string) []byte {
	b := guest()
	b.Func("bomb", "", "", locals, text)
	return finish(b, 1, 1, "", "i32.const 0")
}

func times(n int, s string) string { return strings.Repeat(s+" ", n) }

// accepted are bombs just within the caps: what compiling may cost at most.
func accepted() map[string][]byte {
	table := &strings.Builder{}
	table.WriteString("block i32.const 0 br_table [")
	table.WriteString(times(2047, "0"))
	table.WriteString("0] end")
	return map[string][]byte{
		"767 nested blocks":      function("", times(766, "block")+times(766, "end")),
		"nested ifs":             function("i", times(766, "local.get 0 if")+times(766, "local.get 0 i32.const 1 i32.add local.set 0 end")),
		"sequential ifs":         function("i", times(2040, "local.get 0 if local.get 0 i32.const 1 i32.add local.set 0 end")),
		"nested loops, locals":   function(strings.Repeat("i", 16), times(700, "loop local.get 3 local.set 5")+times(700, "local.get 0 br_if 0 local.get 4 local.set 3 end")),
		"ifs x locals":           function(strings.Repeat("l", 128), ifsLocals(1000, 128)),
		"few ifs x many locals":  function(strings.Repeat("l", 1000), ifsLocals(250, 1000)),
		"br_table":               function("", table.String()),
		"operand stack":          function("i", times(8, times(2000, "i32.const 7 i32.load")+times(1999, "i32.add")+"drop")),
		"straight line":          function("l", times(18_000, "local.get 0 i64.const 3 i64.add local.set 0")),
		"straight line division": function("l", times(18_000, "local.get 0 i64.const 3 i64.div_s local.set 0")),
		"nothing at all":         function("", times(120_000, "nop")),
	}
}

func ifsLocals(ifs, locals int) string {
	s := &strings.Builder{}
	for i := range ifs {
		_, _ = fmt.Fprintf(s, "local.get %d i64.eqz if local.get %d local.set %d end ", i%locals, i*7%locals, i*13%locals)
	}
	return s.String()
}

// A bomb within the caps takes about 20 times the processor time of a function of
// the same size without branches.
func TestBombsWithinCapsCompileInTime(t *testing.T) {
	compile := func(module []byte) func() {
		return func() { admit(t, newRuntime(t, wasm.Options{}), module, wasm.ModuleOptions{}) }
	}
	bombs := accepted()
	harmless := cputime.Least(compile(bombs["straight line"]))
	for name, module := range bombs {
		took := cputime.Within(200*harmless, compile(module))
		t.Logf("%-23s %d bytes compiled in %v of processor time", name, len(module), took)
		require.LessOrEqual(t, took, 200*harmless, name)
	}
}

// refused are the bombs of which each would cost an engine seconds to minutes,
// with a part of the message that names the limit.
func refused() map[string][2]any {
	table := "block i32.const 0 br_table [" + times(60_000, "0") + "0] end"
	return map[string][2]any{
		"100,000 nested blocks": {function("", times(60_000, "block")+times(60_000, "end")), "bytes of one function"},
		"10,000 nested blocks":  {function("", times(10_000, "block")+times(10_000, "end")), "nesting of blocks: 769"},
		"2,000 nested ifs":      {function("i", times(2000, "local.get 0 if")+times(2000, "end")), "nesting of blocks: 769"},
		"8,000 ifs":             {function("i", times(8000, "local.get 0 if end")), "blocks in one function: 2049"},
		"1,000 locals x 1,000":  {function(strings.Repeat("l", 1000), ifsLocals(1000, 1000)), "(blocks + branches) x locals"},
		"br_table of 60,000":    {function("", table), "br_table targets: 60000"},
		"many br_tables":        {function("", times(9, "block i32.const 0 br_table ["+times(1000, "0")+"0] end")), "branch targets"},
		"2,000 locals":          {function(strings.Repeat("l", 2000), ""), "locals"},
		"operand stack":         {function("", times(3000, "i32.const 1")+times(3000, "drop")), "values on the operand stack: 2049"},
		"120 x 2,000 ifs":       {many(120, "i", times(2000, "local.get 0 if end")), "blocks in the module: 20"},
		"10,000 functions":      {many(10_000, "", ""), "functions: 100"},
	}
}

func many(n int, locals, text string) []byte {
	b := guest()
	code := append(b.Asm(text), wbin.OpEnd)
	for range n {
		b.Raw(b.Declare("", "", ""), locals, code)
	}
	return finish(b, 1, 1, "", "i32.const 0")
}

func TestBombsAreRefusedBeforeTheEngineSeesThem(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	for name, c := range refused() {
		t.Run(name, func(t *testing.T) {
			_, _, err := rt.Admit(t.Context(), c[0].([]byte), wasm.ModuleOptions{})
			require.ErrorIs(t, err, wasm.ErrRefused)
			require.ErrorContains(t, err, c[1].(string))
			require.NotContains(t, err.Error(), "refused", "whoever reports it says that")
		})
	}
}

// A module of many acceptable functions can still take long to compile; the deadline holds.
func TestCompileDeadline(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	module := many(90, "i", times(2040, "local.get 0 if local.get 0 i32.const 1 i32.add local.set 0 end"))
	_, _, err := rt.Admit(t.Context(), module, wasm.ModuleOptions{Limits: wasm.Limits{Compile: time.Millisecond}})
	require.ErrorIs(t, err, wasm.ErrRefused)
	require.ErrorContains(t, err, "compiling took more than 1ms")
}
