package bucket_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/bucket"
)

// The vectors were made by another program in another language, from the
// description in the package comment alone.
func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/vectors.csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 20)
	for _, row := range rows[1:] {
		want, err := strconv.Atoi(row[2])
		require.NoError(t, err)
		require.Equal(t, want, bucket.Of(row[0], row[1]), "salt %q, key %q", row[0], row[1])
	}
}

// Each tenth of the buckets gets about a tenth of the people, for any salt. With
// 50,000 people, five standard deviations are 335.
func TestSharesAreEven(t *testing.T) {
	const people, tenths = 50_000, 10
	for _, salt := range []string{"", "winback-2026", "holdout:serial-returner"} {
		var counts [tenths]int
		for i := range people {
			counts[bucket.Of(salt, fmt.Sprintf("contact-%d", i))*tenths/bucket.Count]++
		}
		for _, n := range counts {
			require.InDelta(t, people/tenths, n, 335, salt)
		}
	}
}
