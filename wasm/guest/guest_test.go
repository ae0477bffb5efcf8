package guest_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/conformance"
	"github.com/winnow-gate/winnow/wasm/guest"
)

// environment lends tests the AssemblyScript compiler of the kit's own folder.
func environment(t *testing.T) []string {
	t.Helper()
	env := os.Environ()
	if asc, err := filepath.Abs("assemblyscript/node_modules/.bin/asc"); err == nil && os.Getenv("ASC") == "" {
		if _, err := os.Stat(asc); err == nil {
			env = append(env, "ASC="+asc)
		}
	}
	return env
}

// build scaffolds and builds the sample of a language, or skips with what is missing.
func build(t *testing.T, lang guest.Lang) []byte {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "rule")
	require.NoError(t, guest.Scaffold(dir, lang))
	out := filepath.Join(t.TempDir(), "rule.wasm")
	var said bytes.Buffer
	err := guest.Build(t.Context(), lang, dir, out, environment(t), &said)
	if errors.Is(err, guest.ErrToolchain) {
		if os.Getenv("WINNOW_ALL_GUESTS") != "" {
			t.Fatal(err)
		}
		t.Skipf("%v (set WINNOW_ALL_GUESTS to make this an error)", err)
	}
	require.NoError(t, err, said.String())
	b, err := os.ReadFile(out)
	require.NoError(t, err)
	return b
}

// run has a module pass the whole suite and returns the fuel of each case. It may
// take as long to compile as any may: a busy machine needs it for a program in Go.
func run(t *testing.T, module []byte, limits wasm.Limits) []int64 {
	t.Helper()
	s, err := conformance.Load()
	require.NoError(t, err)
	s.Limits = limits
	s.Limits.Compile = time.Minute
	rt, err := wasm.NewRuntime(t.Context(), wasm.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close(t.Context())) }()
	results, err := s.Run(t.Context(), rt, module)
	require.NoError(t, err)
	require.NotEmpty(t, results)
	var fuel []int64
	for _, r := range results {
		require.Empty(t, r.Problem, r.Case)
		fuel = append(fuel, r.Fuel)
	}
	return fuel
}

// Every kit's sample, built from a fresh project, passes the suite.
func TestSamplesBuiltFromSource(t *testing.T) {
	for _, lang := range guest.Langs() {
		t.Run(string(lang), func(t *testing.T) { run(t, build(t, lang), wasm.Limits{}) })
	}
}

// So do the samples as they were built once; they stand for the toolchains
// where there are none.
func TestSamplesAsBuilt(t *testing.T) {
	files, err := filepath.Glob("testdata/*.wasm")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			run(t, b, wasm.Limits{})
		})
	}
}

func TestScaffoldWritesOverNothing(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, guest.Scaffold(dir, guest.C))
	require.ErrorIs(t, guest.Scaffold(dir, guest.C), os.ErrExist)
	require.ErrorContains(t, guest.Scaffold(dir, "cobol"), `no kit for language "cobol"`)
}

func TestTypes(t *testing.T) {
	s, err := conformance.Load()
	require.NoError(t, err)
	for lang, want := range map[guest.Lang]string{
		guest.Go:             "\tcontactCreatedAtField = winnow.Field(\"contact.created_at\")\n",
		guest.AssemblyScript: "/** orders.amounts, list of float */\nexport const ordersAmountsField = new Field(\"orders.amounts\");\n",
		guest.Rust:           "pub fn orders_left_output() -> Output {\n    Output::named(\"orders_left\")\n}\n",
		guest.C:              "/* hero, one of generic, win-back, vip */\nstatic inline winnow_i32 hero_slot(void) { return winnow_slot(WINNOW_LIT(\"hero\")); }\n",
	} {
		b, err := guest.Types(lang, s.Options())
		require.NoError(t, err)
		require.Contains(t, string(b), want)
	}
	_, err = guest.Types(guest.Go, wasm.ModuleOptions{Fields: []wasm.FieldDecl{{Path: "a.b", Kind: wasm.KindInt}, {Path: "a_b", Kind: wasm.KindInt}}})
	require.EqualError(t, err, `field "a.b" and "a_b" both become aB`)
}

// A plain WASI program passes the suite, too: the fallback needs no kit.
func TestStdioProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("interprets a Go program; run without -short")
	}
	out := filepath.Join(t.TempDir(), "stdio.wasm")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", out, "./stdio")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, string(said))
	module, err := os.ReadFile(out)
	require.NoError(t, err)
	// Parsing a thousand tags takes encoding/json more than the default budget.
	fuel := run(t, module, wasm.Limits{Fuel: 50_000_000})
	t.Logf("fuel of each case: %d", fuel)
}
