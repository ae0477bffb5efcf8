package checked_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/checked"
)

func TestUntil(t *testing.T) {
	cases, asked := 0, 0
	checked.Until(t, func() bool { asked++; return asked == 3 }, func(*rapid.T) { cases++ })
	require.Equal(t, 3, asked)
	require.Positive(t, cases)
	require.Zero(t, cases%3, "as many in each round")
}
