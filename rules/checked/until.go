// Package checked tries properties until random cases have met what they are
// about. It exists because a count over a fixed number of cases fails by bad luck,
// the more so under -short, which tries a fifth of them.
package checked

import (
	"testing"

	"pgregory.net/rapid"
)

// rounds is how often a property is checked at most. The rarest case that a test
// waits for is one in seven: with -short, when a round is of twenty, all rounds miss
// it once in 10^27 runs.
const rounds = 20

// Until is rapid.Check, again and again until enough says that the cases have
// shown something. A test in which they never do fails.
func Until(t *testing.T, enough func() bool, prop func(*rapid.T)) {
	t.Helper()
	for range rounds {
		if rapid.Check(t, prop); enough() {
			return
		}
	}
	t.Fatal("no case was what the property is about: this test shows nothing")
}
