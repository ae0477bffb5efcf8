// Package examples holds bundles that run. This test checks, formats and tests
// each of them, so that what people copy from is right.
package examples_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// minCover is what each example's tests must cover; others must run at all.
func minCover(name string) float64 {
	return map[string]float64{"quickstart": 100, "bank": 100, "segments": 100, "four-personas": 100}[name]
}

// bundles lists the folders here that hold rule files.
func bundles(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var out []string
	for _, e := range entries {
		if files, _ := filepath.Glob(filepath.Join(e.Name(), "*.yaml")); e.IsDir() && len(files) > 0 && e.Name() != "sources" {
			out = append(out, e.Name())
		}
	}
	require.NotEmpty(t, out, "there is no example here: this test would show nothing")
	return out
}

func load(t *testing.T, name string) *rules.Bundle {
	t.Helper()
	b, list := rules.Compile(os.DirFS(name), rules.Options{})
	if b != nil {
		list = append(list, ruletest.Check(b)...)
	}
	var shown bytes.Buffer
	require.NoError(t, diag.WriteText(&shown, list, nil, false))
	require.Empty(t, shown.String(), "examples have no mistake, warning or hint")
	return b
}

// winnow runs a verb of the program, which alone joins rules and modules.
func winnow(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"run", "../cmd/winnow"}, args...)...).CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

func TestExamplesPassTheirOwnTests(t *testing.T) {
	for _, name := range bundles(t) {
		t.Run(name, func(t *testing.T) {
			if modules, _ := filepath.Glob(filepath.Join(name, "*.wasm")); len(modules) > 0 {
				require.Equal(t, "modules", name, "cmd/winnow, where rules and modules are joined, tests this one only")
				return
			}
			b := load(t, name)
			require.NotEmpty(t, b.Tests())
			r := ruletest.Run(b, ruletest.Options{Source: os.DirFS(name)})
			var shown bytes.Buffer
			require.NoError(t, r.WriteText(&shown, false))
			require.NoError(t, r.Coverage.WriteText(&shown))
			require.True(t, r.OK(), shown.String())
			require.GreaterOrEqual(t, r.Coverage.Percent(), minCover(name), shown.String())
		})
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	for _, name := range bundles(t) {
		err := filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".yaml" {
				return err
			}
			src, err := os.ReadFile(path)
			require.NoError(t, err)
			tidy := format.Format
			if strings.HasSuffix(path, "_test.yaml") {
				tidy = ruletest.Format
			}
			out, err := tidy(src)
			require.NoError(t, err, path)
			require.Equal(t, string(out), string(src), "%s: run winnow fmt -w", path)
			return nil
		})
		require.NoError(t, err)
	}
}

// Editors complete by the shipped schemas, which must be those of this code.
func TestShippedSchemasAreCurrent(t *testing.T) {
	for file, make := range map[string]func() ([]byte, error){
		"schema/rules.schema.json": format.Schema, "schema/tests.schema.json": ruletest.Schema, "schema/sources.schema.json": sources.Schema,
	} {
		want, err := make()
		require.NoError(t, err)
		got, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "%s is old: make schema writes it anew", file)
	}
}

// Each file says at its top which schema it follows, and the schema is there.
func TestFilesNameTheirSchema(t *testing.T) {
	for _, name := range bundles(t) {
		files, err := filepath.Glob(filepath.Join(name, "*.yaml"))
		require.NoError(t, err)
		for _, f := range files {
			src, err := os.ReadFile(f)
			require.NoError(t, err)
			first, _, _ := strings.Cut(string(src), "\n")
			schema, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
			require.True(t, ok, "%s: the first line names no schema", f)
			require.FileExists(t, filepath.Join(name, schema))
			require.Equal(t, strings.HasSuffix(f, "_test.yaml"), strings.Contains(schema, "tests.schema"), f)
		}
	}
}
