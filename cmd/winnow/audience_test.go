package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Rows in another encoding would be left out one by one: people whose names have
// an umlaut. That is said before the run, and what to do.
func TestRowsOfAnotherEncodingAreTold(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "contacts.csv")
	require.NoError(t, os.WriteFile(file, []byte("Kundennr;Vorname\n1;J\xfcrgen\n2;Anna\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte("winnow: 1\nsignals: {a: orders.count > 1}\n"), 0o600))
	code, _, errs := verb(t, "", "screen", dir, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "1 of the first 2 rows are not UTF-8 and will be left out")
	require.Contains(t, errs, "--encoding windows-1252")
	code, out, errs := verb(t, "", "screen", dir, file, "--encoding", "windows-1252")
	require.Zero(t, code, errs)
	require.NotContains(t, errs, "UTF-8")
	require.Contains(t, out, "\n2,1,true,")
	code, out, _ = verb(t, "", "map", file)
	require.Zero(t, code)
	require.Contains(t, out, "1 of the first 2 rows are not UTF-8")
	code, out, _ = verb(t, "", "map", file, "--format", "json")
	require.Zero(t, code)
	require.Contains(t, out, `"1 of the first 2 rows are not UTF-8: `)
}

// Of an export with thousands of columns not all are named that nobody reads.
func TestManyColumnsThatFillNoField(t *testing.T) {
	dir := t.TempDir()
	var header strings.Builder
	header.WriteString("id")
	for i := range 5000 {
		fmt.Fprintf(&header, ",property %d", i)
	}
	file := filepath.Join(dir, "contacts.csv")
	require.NoError(t, os.WriteFile(file, []byte(header.String()+"\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte("winnow: 1\nsignals: {a: orders.count > 1}\n"), 0o600))
	code, _, errs := verb(t, "", "screen", dir, file, "--class", "service")
	require.Zero(t, code, errs)
	require.Contains(t, errs, "columns that fill no field: \"property 0\", ")
	require.Contains(t, errs, "\"property 11\" and 4,988 more (winnow map shows all)")
}
