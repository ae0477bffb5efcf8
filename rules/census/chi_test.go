package census

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Quantiles of chi-square from tables, and a few values computed with R's
// pchisq(lower.tail = FALSE).
func TestUpperGamma(t *testing.T) {
	for _, c := range []struct{ freedom, x, p float64 }{
		{1, 3.841458820694124, 0.05},
		{1, 10.827566170662733, 0.001},
		{10, 18.307038053275146, 0.05},
		{2, 9.210340371976182, 0.01},
		{3, 1, 0.8012519569012008},
		{2, 0, 1},
		{100, 124.34211340400407, 0.05},
	} {
		require.InDelta(t, c.p, upperGamma(c.freedom/2, c.x/2), 1e-9, "%v", c)
	}
}
