package diag_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/diag"
)

// declaredCodes reads the constants out of the source, so that a code without
// an explanation cannot be forgotten.
func declaredCodes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	var codes []string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && strings.HasPrefix(lit.Value, `"WN`) {
			code, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			codes = append(codes, code)
		}
		return true
	})
	require.NotEmpty(t, codes)
	return codes
}

func TestEachCodeIsExplainedOnce(t *testing.T) {
	declared := declaredCodes(t)
	require.Equal(t, declared, diag.Codes(), "constants and catalogue must agree, in order")
	require.True(t, slices.IsSorted(declared))
	require.Len(t, slices.Compact(slices.Clone(declared)), len(declared))
	for _, code := range declared {
		e, ok := diag.Help(code)
		require.True(t, ok, code)
		require.NotEmpty(t, e.Title, code)
		require.Greater(t, len(e.Text), 40, "%s needs an explanation", code)
		require.NotContains(t, e.Text, "\t", code)
	}
}

// The help explains what can be reported, and nothing that nobody ever sees. A code
// that is no longer given leaves its number behind.
func TestEachCodeIsReportedSomewhere(t *testing.T) {
	used := map[string]bool{}
	for _, dir := range []string{"..", "../../plugin", "../../cmd"} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := os.ReadFile(path)
			for _, m := range regexp.MustCompile(`\bdiag\.([A-Z]\w+)`).FindAllStringSubmatch(string(src), -1) {
				used[m[1]] = true
			}
			return err
		}))
	}
	for _, name := range declaredNames(t) {
		require.True(t, used[name], "nothing gives %s", name)
	}
}

// declaredNames are the constants' names.
func declaredNames(t *testing.T) (names []string) {
	t.Helper()
	src, err := os.ReadFile("codes.go")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+) += "WN`).FindAllStringSubmatch(string(src), -1) {
		names = append(names, m[1])
	}
	require.NotEmpty(t, names)
	return names
}

func TestHelpTakesSmallLetters(t *testing.T) {
	e, ok := diag.Help("wn012")
	require.True(t, ok)
	require.Equal(t, diag.EmptyCondition, e.Code)
	_, ok = diag.Help("WN999")
	require.False(t, ok)
}
