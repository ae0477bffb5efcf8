package lists

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestIndexFinds(t *testing.T) {
	x, err := MakeIndex([]string{"Anna@Example.com", "bob@żółw.pl"}, SetOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, x.Len())
	for text, want := range map[string]int{" anna@example.COM": 0, "bob@xn--w-uga1v8h.pl": 1} {
		at, ok := x.Find(text)
		require.True(t, ok, text)
		require.Equal(t, want, at)
	}
	_, ok := x.Find("cleo@example.com")
	require.False(t, ok)
	_, ok = (&Index{}).Find("x")
	require.False(t, ok, "the zero index is empty")
	empty, err := MakeIndex(nil, SetOptions{Exact: true})
	require.NoError(t, err)
	_, ok = empty.Find("")
	require.False(t, ok)
}

func TestIndexProblems(t *testing.T) {
	_, err := MakeIndex([]string{"a", "", "A ", "b", "a"}, SetOptions{})
	var bad *ReadError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, []Problem{{1, "it has no key"}}, bad.Problems)
	_, err = MakeIndex([]string{"a", "A ", "b", "a"}, SetOptions{})
	require.ErrorAs(t, err, &bad)
	require.Equal(t, []Problem{{1, "it is there a second time"}, {3, "it is there a second time"}}, bad.Problems)
	_, err = MakeIndex([]string{"a"}, SetOptions{Key: testKey})
	require.ErrorContains(t, err, "not an HMAC-SHA-256")
	_, err = MakeIndex([]string{"a"}, SetOptions{Key: testKey[:8]})
	require.ErrorContains(t, err, "8 bytes")
}

// Every entry is found where it stood, nothing else is found, and neither the
// key nor the way of comparing changes that.
func TestIndexProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9@.]{1,20}`), 0, 200, rapid.ID[string]).Draw(t, "words")
		opts := SetOptions{Exact: true}
		entries := words
		if rapid.Bool().Draw(t, "keyed") {
			opts.Key = testKey
			entries = nil
			for _, w := range words {
				entries = append(entries, DigestExact(testKey, w))
			}
		}
		x, err := MakeIndex(entries, opts)
		require.NoError(t, err)
		there := map[string]bool{}
		for i, w := range words {
			there[w] = true
			at, ok := x.Find(w)
			require.True(t, ok, w)
			require.Equal(t, i, at)
		}
		other := rapid.StringMatching(`[a-zA-Z0-9@.]{1,20}`).Draw(t, "other")
		_, ok := x.Find(other)
		require.Equal(t, there[other], ok)
	})
}

func TestIndexIsCompactAndAllocatesNothing(t *testing.T) {
	var ids []string
	for i := range 100_000 {
		ids = append(ids, fmt.Sprintf("customer-%d", i))
	}
	x, err := MakeIndex(ids, SetOptions{Exact: true})
	require.NoError(t, err)
	require.InDelta(t, 13.2, float64(x.Bytes())/float64(x.Len()), 0.05)
	require.Zero(t, testing.AllocsPerRun(100, func() { x.Find("customer-77777") }))
}
