package gate_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/gate"
)

func TestIDsAsTextKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Min(1).Draw(t, "a")
		b := rapid.Int64Min(1).Draw(t, "b")
		require.Equal(t, a < b, gate.FormatID(a) < gate.FormatID(b))
		for _, text := range []string{gate.FormatID(a), strings.ToLower(gate.FormatID(a))} {
			back, err := gate.ParseID(text)
			require.NoError(t, err)
			require.Equal(t, a, back)
		}
	})
}

func TestTextThatIsNoID(t *testing.T) {
	for _, text := range []string{"", "1", "0000000000000", "1M82NRD31000U", "1M82NRD31000 ", "8000000000000", "ZZZZZZZZZZZZZ", "1M82NRD3100000"} {
		_, err := gate.ParseID(text)
		require.ErrorIs(t, err, gate.ErrBadID, text)
	}
	_, err := gate.ParseID("il0O000000000")
	require.NoError(t, err, "letters that look like digits are read as such")
}

func TestIDsAscendWhateverTheClockDoes(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	next := gate.NewIDs(5)
	last := next(now)
	require.Equal(t, now.UnixMilli(), last>>20, "ids tell the time")
	for _, d := range []time.Duration{0, 0, -time.Hour, time.Millisecond, -48 * time.Hour, time.Hour} {
		id := next(now.Add(d))
		require.Greater(t, id, last)
		last = id
	}
	require.Greater(t, gate.NewIDs(last)(now.Add(-time.Hour)), last, "and across a restart")
}

func TestIDsAreUniqueAcrossGoroutines(t *testing.T) {
	const workers, each = 8, 2000
	now := time.Now()
	next := gate.NewIDs(0)
	ids := make([][]int64, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				ids[w] = append(ids[w], next(now))
			}
		})
	}
	wg.Wait()
	seen := map[int64]bool{}
	for _, list := range ids {
		for _, id := range list {
			require.False(t, seen[id])
			seen[id] = true
		}
	}
	require.Len(t, seen, workers*each)
}
