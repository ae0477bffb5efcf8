package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/guest"
)

// verb runs winnow in process.
func verb(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	e := &env{stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, now: func() time.Time { return scriptNow }}
	code = e.run(context.Background(), args)
	return code, out.String(), errs.String()
}

// lendCompilers lets tests use the AssemblyScript compiler of the kit's folder,
// when npm ci has put one there.
func lendCompilers(t *testing.T) {
	t.Helper()
	asc, err := filepath.Abs("../../wasm/guest/assemblyscript/node_modules/.bin/asc")
	require.NoError(t, err)
	if _, err := os.Stat(asc); err == nil && os.Getenv("ASC") == "" {
		t.Setenv("ASC", asc)
	}
}

// missing skips a test for want of a compiler, saying how to get it;
// WINNOW_ALL_GUESTS makes that an error, where all compilers are meant to be.
func missing(t *testing.T, said string) {
	t.Helper()
	if os.Getenv("WINNOW_ALL_GUESTS") != "" {
		t.Fatal(said)
	}
	t.Skip(said)
}

// What new writes builds and passes the conformance suite, in every language
// whose compiler is here.
func TestWasmNewBuildCheck(t *testing.T) {
	lendCompilers(t)
	for _, lang := range guest.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			if testing.Short() && lang == guest.Go {
				t.Skip("compiling 1.8 MB takes seconds; run without -short")
			}
			t.Setenv(moduleCache, t.TempDir())
			dir, out := filepath.Join(t.TempDir(), "rule"), filepath.Join(t.TempDir(), "rule.wasm")
			code, _, errs := verb(t, "", "wasm", "new", "--lang", string(lang), dir)
			require.Zero(t, code, errs)
			code, said, errs := verb(t, "", "wasm", "build", dir, "-o", out)
			if strings.Contains(errs, guest.ErrToolchain.Error()) {
				require.Equal(t, exitFailed, code)
				missing(t, errs)
			}
			require.Zero(t, code, errs)
			require.Regexp(t, `^built .*rule\.wasm: [0-9]+ bytes, winnow_v1, sha256 [0-9a-f]{64}\n$`, said)
			if lang == guest.Go {
				compiledAhead(t, out)
			}
			code, said, errs = verb(t, "", "wasm", "check", out, "--conformance")
			require.Zero(t, code, said+errs)
			require.Contains(t, said, "conformance: 14 of 14 cases passed on both engines")
		})
	}
}

// Without a compiler, build says which it is and how to get it.
func TestWasmBuildWithoutCompilers(t *testing.T) {
	for lang, c := range map[guest.Lang]struct{ variable, hint string }{
		guest.Go:             {"GO", "install Go 1.24 or newer from go.dev/dl"},
		guest.C:              {"CC", "apt-get install clang lld"},
		guest.AssemblyScript: {"ASC", "npm install --prefix "},
		guest.Rust:           {"RUSTC", "apt-get install rustc libstd-rust-dev-wasm32 lld"},
	} {
		t.Run(string(lang), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "rule")
			code, _, errs := verb(t, "", "wasm", "new", "--lang", string(lang), dir)
			require.Zero(t, code, errs)
			t.Setenv(c.variable, filepath.Join(dir, "no-compiler"))
			code, _, errs = verb(t, "", "wasm", "build", dir)
			require.Equal(t, exitFailed, code)
			require.Contains(t, errs, "which is in "+langTitle(lang)+": compiler not found")
			require.Contains(t, errs, "\n  "+c.hint)
		})
	}
}

// The empty module is the floor that bench measures against.
func TestEmptyModuleIsNone(t *testing.T) {
	f, err := parseWasm(emptyModule())
	require.NoError(t, err)
	require.Equal(t, []wasmExport{{"winnow_abi_v1", "() -> i32"}, {"winnow_evaluate", "() -> i32"}, {"memory", "memory"}}, f.Exports)
}

// FuzzParseWasm: whatever the file, inspect reads it or says why not.
func FuzzParseWasm(f *testing.F) {
	for _, name := range []string{"c", "rust", "assemblyscript"} {
		b, err := os.ReadFile("../../wasm/guest/testdata/" + name + ".wasm")
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add(emptyModule())
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x07\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := parseWasm(b)
		if err == nil {
			require.NoError(t, (&inspection{wasmFile: *x}).writeText(&bytes.Buffer{}))
		}
	})
}

// A section that lies about its length, or lists more than there is, is said
// to be cut off.
func TestInspectOfBrokenFiles(t *testing.T) {
	whole := emptyModule()
	for n := range whole {
		if _, err := parseWasm(whole[:n]); err == nil {
			require.Contains(t, []int{8, 15, 19, 24, len(whole) - 8}, n, "a module ends only between sections")
		}
	}
	for text, says := range map[string]string{
		"\x00asm\x0d\x00\x01\x00":                                 "a component",
		"\x00asm\x01\x00\x00\x00\x01\x02\x01\x5f":                 "section type: a type that is no function",
		"\x00asm\x01\x00\x00\x00\x02\x04\x01\x00\x00\x09":         "section import: an import of kind 9",
		"\x00asm\x01\x00\x00\x00\x03\x04\xff\xff\xff\x0f":         "section function: a list of 33554431 items",
		"\x00asm\x01\x00\x00\x00\x03\x06\xff\xff\xff\xff\xff\x7f": "section function: a number beyond 32 bits",
	} {
		_, err := parseWasm([]byte(text))
		require.ErrorContains(t, err, says)
	}
}

// However much a file lists, and whatever it calls that, inspect and check show
// as much as fits a screen or two, and say how much more there is.
func TestInspectShowsNoMoreThanAPersonReads(t *testing.T) {
	section := func(id byte, items ...string) string {
		body := string(binary.AppendUvarint(nil, uint64(len(items)))) + strings.Join(items, "")
		return string(binary.AppendUvarint([]byte{id}, uint64(len(body)))) + body
	}
	named := func(name string) string { return string(binary.AppendUvarint(nil, uint64(len(name)))) + name }
	times := func(n int, item string) []string { return slices.Repeat([]string{item}, n) }
	module := "\x00asm\x01\x00\x00\x00" +
		section(1, "\x60"+string(binary.AppendUvarint(nil, 90_000))+strings.Repeat("\x7f", 90_000)+"\x00") +
		section(2, times(60_000, named("\x1b[2J")+named("f")+"\x00\x00")...) +
		section(5, times(500, "\x00\x01")...) +
		section(7, times(3000, named(strings.Repeat("x", 3000))+"\x00\x00")...) +
		strings.Repeat("\x00\x02\x01s", 10_000)
	name := filepath.Join(t.TempDir(), "hostile.wasm")
	require.NoError(t, os.WriteFile(name, []byte(module), 0o600))
	t.Setenv(moduleCache, "off")
	for _, format := range []string{"text", "json"} {
		code, out, errs := verb(t, "", "wasm", "inspect", name, "--format", format)
		require.Zero(t, code, errs)
		require.Less(t, len(out), 120_000)
		require.NotContains(t, out, "\x1b")
		if format == "json" {
			require.Contains(t, out, `"left_out": {`)
			require.Contains(t, out, `"imports": 59900`)
			continue
		}
		for _, says := range []string{
			`imports   \x1b[2J.f (i32, `, "i32, and 89984 more)\n", "  and 59,900 more\n", "  and 400 more\n", "… (3000 bytes) (i32, ", "  and 2,900 more\n", "  and 9,904 more\n",
		} {
			require.Contains(t, out, says)
		}
		code, out, errs = verb(t, "", "wasm", "check", name)
		require.Equal(t, exitInvalid, code)
		require.Less(t, len(out+errs), 2000)
	}
	_, err := parseWasm([]byte("\x00asm\x01\x00\x00\x00" + section(3) + section(3)))
	require.EqualError(t, err, "section function: it is there twice")
}

// What a runtime writes to its standard output and error in pieces is shown in
// lines, and what a rule logs as it logged it.
func TestPiecesOfALogAreShownAsLines(t *testing.T) {
	piece := func(level uint8, text string) wasm.LogLine {
		return wasm.LogLine{Level: level, Text: []byte(text), Piece: true}
	}
	require.Equal(t, []logged{
		{"warning", "panic: out of range"}, {"warning", ""}, {"warning", "goroutine 1"}, {"info", "one"}, {"info", "two\n"}, {"info", "three"},
	}, linesOf([]wasm.LogLine{
		piece(2, "panic: "), piece(2, "out of range"), piece(2, "\n"), piece(2, "\ngoroutine "), piece(2, "1"),
		piece(1, "one"),
		{Level: 1, Text: []byte("two\n")},
		piece(1, "three\n"),
	}))
}

// What a module writes does not steer the terminal that shows it.
func TestAModuleDoesNotWriteToTheTerminal(t *testing.T) {
	r := moduleRun{Verdict: "no", Reason: "b\a\x1b[2Jd", Logs: []logged{{"info", "łódź\n\x1b]0;title\a"}}}
	var out strings.Builder
	require.NoError(t, r.writeText(&out))
	require.Contains(t, out.String(), `no: b\a\x1b[2Jd`)
	require.Contains(t, out.String(), `info: łódź\n\x1b]0;title\a`)
	require.NotContains(t, out.String(), "\x1b")
}
