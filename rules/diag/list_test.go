package diag_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/diag"
)

func at(file string, line, column int) diag.Place {
	return diag.Place{File: file, Line: line, Column: column}
}

func TestSortOrdersAndDropsRepetitions(t *testing.T) {
	list := diag.List{
		{Place: at("b", 1, 1), Code: "WN001"},
		{Place: at("a", 2, 1), Code: "WN001"},
		{Place: at("a", 1, 5), Code: "WN002"},
		{Place: at("a", 1, 5), Code: "WN001"},
		{Place: at("a", 1, 5), Code: "WN001"},
		{Place: at("a", 1, 2), Code: "WN001"},
		{Place: at("a", 1, 5), Code: "WN001", Message: "another"},
	}
	list.Sort()
	require.Equal(t, diag.List{
		{Place: at("a", 1, 2), Code: "WN001"},
		{Place: at("a", 1, 5), Code: "WN001"},
		{Place: at("a", 1, 5), Code: "WN001", Message: "another"},
		{Place: at("a", 1, 5), Code: "WN002"},
		{Place: at("a", 2, 1), Code: "WN001"},
		{Place: at("b", 1, 1), Code: "WN001"},
	}, list)
}

func TestCount(t *testing.T) {
	list := diag.List{{Severity: diag.Warn}, {Severity: diag.Hint}, {Severity: diag.Warn}}
	require.False(t, list.HasErrors())
	require.Equal(t, 2, list.Count(diag.Warn))
	list.Add(diag.Diagnostic{Severity: diag.Error})
	require.True(t, list.HasErrors())
	require.False(t, diag.List(nil).HasErrors())
}
