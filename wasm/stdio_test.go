package wasm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// command is a WASI command that answers with a fixed text, or echoes its
// input to the log when the text is empty.
func command(text, body string) []byte {
	var b wbuild.Builder
	b.Import("wasi_snapshot_preview1", "fd_read", "iiii", "i")
	b.Import("wasi_snapshot_preview1", "fd_write", "iiii", "i")
	b.Import("wasi_snapshot_preview1", "path_open", "iiiiillii", "i")
	b.Import("wasi_snapshot_preview1", "proc_exit", "i", "")
	b.Data(1024, []byte(text))
	b.Export("_start", wbin.ExternFunc, b.Func("start", "", "", "", body))
	b.Memory(2, 2)
	b.Export("memory", wbin.ExternMemory, 0)
	return b.Bytes()
}

// write prints n bytes at 1024 to a descriptor.
func write(fd, n string) string {
	return "i32.const 0 i32.const 1024 i32.store i32.const 4 i32.const " + n + " i32.store i32.const " + fd +
		" i32.const 0 i32.const 1 i32.const 8 call $fd_write drop "
}

func TestStdioAnswers(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	const answer = `{"verdict":"yes","reason":"ok","outputs":{"score":1.5,"tier":"gold"},"variants":{"hero":"vip"}}`
	for name, exit := range map[string]string{"returns": "", "exits with 0": "i32.const 0 call $proc_exit"} {
		t.Run(name, func(t *testing.T) {
			m := admit(t, rt, command(answer, write("1", decimal(uint32(len(answer))))+exit), scoringOptions())
			var out wasm.Output
			for range 3 {
				require.Empty(t, evaluate(t, m, scoringInput(), &out))
				require.Equal(t, wasm.VerdictYes, out.Verdict)
				require.Equal(t, "ok", string(out.Reason))
				require.InDelta(t, 1.5, out.Results[0].Float(), 0)
				require.Equal(t, "gold", string(out.Results[1].Str))
				require.Equal(t, []int32{1}, out.Variants)
			}
		})
	}
}

func TestStdioReadsTypedInput(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	o := scoringOptions()
	o.Config = []byte(`{"a":1}`)
	m := admit(t, rt, command("", `
		i32.const 0 i32.const 1024 i32.store i32.const 4 i32.const 4096 i32.store
		i32.const 0 i32.const 0 i32.const 1 i32.const 4 call $fd_read drop
		i32.const 2 i32.const 0 i32.const 1 i32.const 8 call $fd_write drop
		i32.const 1024 i64.const 0x7d7b i64.store i32.const 4 i32.const 2 i32.store
		i32.const 1 i32.const 0 i32.const 1 i32.const 8 call $fd_write drop`), o)
	in := scoringInput()
	in.Fields.(*person).values[1] = wasm.Unknown(wasm.KindStale)
	var out wasm.Output
	require.Empty(t, evaluate(t, m, in, &out))
	require.Equal(t, wasm.VerdictNone, out.Verdict, "the answer is {}")
	require.Equal(t, `{"now":1795305600000,"fields":{"contact.country":"DE","orders.spent":12.5},"unknown":{"orders.count":"stale"},"config":{"a":1},"input":{"a":1}}`,
		string(out.Logs[0].Text))
}

func TestStdioFailures(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	const secret = "anna@shop.example"
	for text, says := range map[string]string{
		secret:                                                     "module_output: standard output is no answer: no JSON at byte 1; want one JSON object of verdict, reason, outputs, variants, error",
		`"` + secret + `"`:                                         "module_output: standard output is no answer; want one JSON object of verdict, reason, outputs, variants, error",
		`null`:                                                     "module_output: standard output is no answer; want one JSON object of verdict, reason, outputs, variants, error",
		`{"verdict":7}`:                                            "module_output: standard output is no answer: verdict is not of the right kind; want one JSON object of verdict, reason, outputs, variants, error",
		`{"variants":{"` + secret + `":7}}`:                        "module_output: standard output is no answer: variants is not of the right kind; want one JSON object of verdict, reason, outputs, variants, error",
		`{"outputs":{"score":null},"verdict"`:                      "module_output: standard output is no answer: it ends too early; want one JSON object of verdict, reason, outputs, variants, error",
		`{"` + secret + `":"else"}`:                                "module_output: standard output is no answer; want one JSON object of verdict, reason, outputs, variants, error",
		`{"verdict":"no"}{"verdict":"yes"}`:                        "module_output: standard output goes on behind the answer, which ends at byte 16",
		`{"verdict":"no"}}`:                                        "module_output: standard output goes on behind the answer, which ends at byte 16",
		"{\"reason\":\"\xff\"}":                                    "module_output: standard output is not UTF-8",
		`{"verdict":"` + secret + `"}`:                             "module_output: the verdict is not yes, no or unknown",
		`{"outputs":{"` + secret + `":1}}`:                         "module_output: it sets an output that is not declared; declared are score, tier",
		`{"outputs":{"score":"` + secret + `"}}`:                   "module_output: output score is declared as float, the module sets it as something else",
		`{"outputs":{"score":1e999}}`:                              "module_output: output score is declared as float, the module sets it as something else",
		`{"outputs":{"tier":1,"score":"one"}}`:                     "module_output: output score is declared as float, the module sets it as something else",
		`{"variants":{"hero":"` + secret + `"}}`:                   `module_output: slot hero has no such variant; declared are ["generic" "vip"]`,
		`{"variants":{"` + secret + `":"vip"}}`:                    "module_output: it chooses for a slot that is not declared; declared are hero",
		`{"error":"` + secret + `"}`:                               "module_error: it reported an error",
		`{"outputs":{"tier":"` + strings.Repeat("x", 5000) + `"}}`: "module_output: outputs of 5000 bytes, at most 4096 (output_bytes)",
	} {
		m := admit(t, rt, command(text, write("1", decimal(uint32(len(text))))), scoringOptions())
		var out wasm.Output
		err := m.Evaluate(t.Context(), wasm.Main, scoringInput(), &out)
		require.EqualError(t, err, "module scoring: "+says)
		require.NotContains(t, err.Error(), "anna", "failures tell no values")
	}
	for body, want := range map[string]wasm.Reason{
		"i32.const 3 call $proc_exit":               wasm.ReasonError,
		"loop br 0 end":                             wasm.ReasonFuel,
		"unreachable":                               wasm.ReasonTrap,
		"loop " + write("1", "100000") + "br 0 end": wasm.ReasonOutput,
		"loop " + write("2", "100000") + "br 0 end": wasm.ReasonFuel,
		"": wasm.ReasonOutput,
		"i32.const 3 i32.const 0 i32.const 0 i32.const 0 i32.const 0 i64.const 0 i64.const 0 i32.const 0 i32.const 0 call $path_open i32.const 52 i32.ne if unreachable end i32.const 7 call $proc_exit": wasm.ReasonError,
	} {
		m := admit(t, rt, command("", body), scoringOptions())
		var out wasm.Output
		require.Equal(t, want, evaluate(t, m, scoringInput(), &out), body)
	}
}

func TestCheckComparesEngines(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	runs, rep, err := rt.Check(t.Context(), scoring(), scoringOptions(), []wasm.Fixture{
		{Name: "known", Input: scoringInput()}, {Name: "unknown", Input: &wasm.Input{}},
	})
	require.NoError(t, err)
	require.Len(t, runs, 2)
	require.Equal(t, wasm.VerdictYes, runs[0].Output.Verdict)
	require.Equal(t, wasm.VerdictUnknown, runs[1].Output.Verdict)
	require.Equal(t, int64(266), runs[0].Fuel)
	require.NotEmpty(t, rep.Digest)
	_, _, err = rt.Check(t.Context(), scoring(), scoringOptions(), []wasm.Fixture{{Name: "x", Entry: "none", Input: &wasm.Input{}}})
	require.ErrorContains(t, err, `no rule "none"`)
}
