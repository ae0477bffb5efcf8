//go:build !race

// The race detector has crypto/sha256 allocate where no program does.

package lists

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKeyedSetDoesNotAllocate(t *testing.T) {
	long := strings.Repeat("a", 255)
	s := readSet(t, Digest(testKey, "anna@example.com")+"\n"+Digest(testKey, long), SetOptions{Key: testKey})
	for _, text := range []string{"Anna@Example.com", long, "bob"} {
		require.Zero(t, testing.AllocsPerRun(100, func() { s.Contains(text) }), text)
	}
	require.True(t, s.Contains(long))
}
