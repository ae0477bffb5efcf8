package census_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/census"
)

func TestRepeats(t *testing.T) {
	var a, b census.Repeats
	for i := range 10_000 {
		a.Add(strconv.Itoa(i))
	}
	a.Add("")
	a.Add("")
	require.Zero(t, a.Count())
	b.Add("7")
	b.Add("7")
	b.Add("10000")
	require.EqualValues(t, 1, b.Count())
	a.Merge(&b)
	require.EqualValues(t, 2, a.Count())
}
