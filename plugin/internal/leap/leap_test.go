package leap_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const retention = 90 * 24 * time.Hour

// Hour by hour the clock is trusted; after a leap not for a day of looks, once said.
func TestALeapIsWaitedFor(t *testing.T) {
	g, now := leap.After(noon.UnixMilli(), retention), noon
	look := func(on time.Duration) (ok, leapt bool) {
		now = now.Add(on)
		return g.Trusts(now)
	}
	for _, on := range []time.Duration{0, time.Hour, 24 * time.Hour, -time.Hour} {
		ok, leapt := look(on)
		require.True(t, ok && !leapt, on)
	}
	ok, leapt := look(365 * 24 * time.Hour)
	require.True(t, !ok && leapt)
	for i := range 23 {
		on := time.Hour
		if i == 5 {
			on = 365 * 24 * time.Hour // another does not make the wait longer
		}
		ok, leapt = look(on)
		require.True(t, !ok && !leapt, i)
	}
	ok, leapt = look(time.Hour)
	require.True(t, ok && !leapt)
}

// A server that was off for less than all is kept finds the clock as it should be.
func TestAtTheStartOnlyTheWholeRetentionIsALeap(t *testing.T) {
	for off, want := range map[time.Duration]bool{0: false, retention: false, retention + time.Second: true} {
		g := leap.After(noon.UnixMilli(), retention)
		ok, leapt := g.Trusts(noon.Add(off))
		require.Equal(t, want, leapt, off)
		require.Equal(t, want, !ok, off)
	}
	g := leap.After(0, retention) // nothing was noted yet
	ok, leapt := g.Trusts(noon)
	require.True(t, ok && !leapt)
}

// Who asks every ten minutes waits as long, and hears of a leap at once.
func TestAskedMoreOftenALeapIsWaitedForAsLong(t *testing.T) {
	g, now := leap.After(noon.UnixMilli(), retention), noon
	for range 12 {
		ok, leapt := g.Hourly(now)
		require.True(t, ok && !leapt)
		now = now.Add(10 * time.Minute)
	}
	now = now.Add(365 * 24 * time.Hour)
	leaps := 0
	for i := range 24 * 6 {
		ok, leapt := g.Hourly(now)
		require.False(t, ok, i)
		if leapt {
			leaps++
		}
		now = now.Add(10 * time.Minute)
	}
	require.Equal(t, 1, leaps)
	ok, leapt := g.Hourly(now)
	require.True(t, ok && !leapt)
}
