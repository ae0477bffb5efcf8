package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/census"
)

// As many as --max-flip names may flip, and not one more.
func TestFlipBudgetIsExact(t *testing.T) {
	for _, n := range []int64{1000, 3000, 10_000} {
		for most, percent := range map[int64]string{0: "0", n / 1000 * 7: "0.7%", n / 1000 * 29: "2.9 %", n / 1000 * 58: "5.80%", n: "100%"} {
			f := flipBudget{}
			require.NoError(t, f.Set(percent))
			require.NoError(t, f.check(&census.FlipReport{Contacts: n, In: most / 2, Out: most - most/2}), "%s of %d", percent, n)
			if most < n {
				require.ErrorContains(t, f.check(&census.FlipReport{Contacts: n, In: most, Out: 1}), "more than --max-flip "+percent)
			}
		}
	}
	for _, text := range []string{"", "%", "0.5", "2", "-1%", "101%", "1e1%", "1/2%", "0x2%", "0,7%", ".%"} {
		require.Error(t, (&flipBudget{}).Set(text), text)
	}
}
