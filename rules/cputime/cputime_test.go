package cputime_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cputime"
)

// Work shows; it ends by itself, whatever the machine does besides.
func TestWorkTakesTime(t *testing.T) {
	begun := cputime.Used()
	x := uint64(1)
	for cputime.Used()-begun < 20*time.Millisecond {
		for range 1000 {
			x = x*6364136223846793005 + 1
		}
	}
	require.NotZero(t, x)
	require.GreaterOrEqual(t, cputime.Used(), begun+20*time.Millisecond)
}

func TestLeast(t *testing.T) {
	n := 0
	least := cputime.Least(func() {
		for begun := cputime.Used(); cputime.Used()-begun < 3*time.Millisecond<<n; {
		}
		n++
	})
	require.Equal(t, 3, n)
	require.GreaterOrEqual(t, least, 3*time.Millisecond)
}

func TestWithin(t *testing.T) {
	for dear, want := range map[int]int{0: 1, 1: 2, 2: 3, 3: 3, 9: 3} { // runs that take long
		n := 0
		took := cputime.Within(20*time.Millisecond, func() {
			if n++; n > dear {
				return
			}
			for begun := cputime.Used(); cputime.Used()-begun < 21*time.Millisecond; {
			}
		})
		require.Equal(t, want, n)
		require.Equal(t, dear > 2, took > 20*time.Millisecond)
	}
}
