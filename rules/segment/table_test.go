package segment

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNumbersAreWrittenAsStrconvWritesThem(t *testing.T) {
	same := func(v float64) {
		require.Equal(t, strconv.FormatFloat(v, 'f', 6, 64), string(appendSix(nil, v)), v)
	}
	for _, v := range []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 1e-6, 5e-7, -5e-7, 1.5e-6, 2.5e-6, 4.999999999999999e-7, 1e-300, 5e-324, 1 << 32, 1 << 33, 1e300, 99.9999995, 0.0000005, 1.0 / 128, 3.0 / 128, 1.0 / (1 << 40)} {
		same(v)
	}
	for shift := range 140 { // a whole number over each power of two, and halves among them
		for _, m := range []float64{1, 3, 1<<52 + 1, 1<<53 - 1, 15625, 46875} {
			same(math.Ldexp(m, -shift))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		for range 50 {
			v := rapid.Float64Range(-1e10, 1e10).Draw(t, "v")
			require.Equal(t, strconv.FormatFloat(v, 'f', 6, 64), string(appendSix(nil, v)), v)
			v = math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
			if defined(v) {
				require.Equal(t, strconv.FormatFloat(v, 'f', 6, 64), string(appendSix(nil, v)), v)
			}
		}
	})
}

func TestDaysAreWrittenAsTimeWritesThem(t *testing.T) {
	for d := minDay; d <= maxDay; d += 13 {
		require.Equal(t, d.Time().Format("2006-01-02"), d.String())
	}
	for d := mustDay("1999-12-01"); d < mustDay("2004-04-01"); d++ {
		require.Equal(t, d.Time().Format("2006-01-02"), d.String())
	}
	require.Equal(t, "1899-12-31", (minDay - 1).String())
}
