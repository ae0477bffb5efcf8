//go:build !race

// The race detector has pools forget at random, which costs allocations that no
// program pays.

package lists

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKeyedSetDoesNotAllocate(t *testing.T) {
	s := readSet(t, Digest(testKey, "anna@example.com"), SetOptions{Key: testKey})
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Contains("Anna@Example.com") }))
}
