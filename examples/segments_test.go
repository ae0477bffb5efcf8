package examples_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The class table in the bundle is what winnow makes of the orders beside it, by
// the command in the example's README.
func TestSegmentsTableIsCurrent(t *testing.T) {
	out := filepath.Join(t.TempDir(), "classes.csv")
	winnow(t, "analyze", "orders/shop.csv", "--currency", "EUR", "--margin", "margin", "--as-of", "2026-11-01",
		"--with-orders", "--columns", "rfm.segment,abcxyz.abc,abcxyz.xyz,trend.slipping,orders.first_at", "--out", out)
	got, err := os.ReadFile(out)
	require.NoError(t, err)
	want, err := os.ReadFile("segments/classes.csv")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
