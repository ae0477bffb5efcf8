package lists

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A set has what was added, and of the rest at most what agrees with that in all
// bits that it keeps: also where fingerprints are 0, differ in bits that are not
// kept, and want to stand in the same line, be it the last.
func TestPrintsAgreeWithAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		high := rapid.OneOf(rapid.SampledFrom([]uint64{0, 1 << 48, 1<<64 - 1<<48}), rapid.Uint64())
		low := rapid.OneOf(rapid.Uint64Range(0, 40), rapid.Uint64())
		print := rapid.Custom(func(t *rapid.T) uint64 { return high.Draw(t, "high")&^kept | low.Draw(t, "low")&kept })
		added := rapid.SliceOfN(print, 0, 200).Draw(t, "added")
		p := makePrints(len(added))
		all, kepts, at := map[uint64]bool{}, map[uint64]bool{}, map[int]uint64{}
		for _, h := range added {
			slot, isNew := p.add(h)
			if isNew {
				require.NotContains(t, at, slot)
				at[slot] = slotOf(h)
			}
			require.Equal(t, slotOf(h), at[slot])
			all[h], kepts[slotOf(h)] = true, true
		}
		require.Len(t, at, p.count)
		require.GreaterOrEqual(t, p.count, len(kepts))
		require.LessOrEqual(t, p.count, len(all))
		for h := range all {
			require.True(t, p.has(h))
			slot, found := p.find(h)
			require.True(t, found)
			require.Equal(t, slotOf(h), at[slot])
		}
		for _, h := range rapid.SliceOf(print).Draw(t, "others") {
			_, found := p.find(h)
			require.Equal(t, found, p.has(h))
			require.True(t, !found || kepts[slotOf(h)])
		}
	})
}

// Whatever their number, all fingerprints that there is room for are found, and
// others are not: those that spread, and those that all belong in the last line.
func TestPrintsOfAnyNumberAreFound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sizes := []int{1 << 14, 1<<14 + 1}
	for n := range 130 {
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		spread, same := makePrints(n), makePrints(min(n, 1000))
		var in []uint64
		for range n {
			in = append(in, random.Uint64())
		}
		for i, h := range in {
			spread.add(h)
			if i < 1000 {
				same.add(h | ^uint64(kept))
			}
		}
		require.Equal(t, n, spread.count)
		for i, h := range in {
			require.True(t, spread.has(h))
			require.True(t, i >= 1000 || same.has(h|^uint64(kept)))
		}
		for range 1000 {
			require.False(t, spread.has(random.Uint64()))
			require.False(t, same.has(random.Uint64()|^uint64(kept)))
		}
	}
}

// TestLargePages asks sets around the size from which they have such pages.
func TestLargePages(t *testing.T) {
	const limit = 2 * 2 << 20 / 64 * lineSlots * 5 / 6 // entries whose lines take two of them
	for _, n := range []int{limit - lineSlots, limit} {
		p := makePrints(n)
		for i := range n {
			p.add(mix(uint64(i)))
		}
		require.Equal(t, n, p.count)
		for i := range n {
			if !p.has(mix(uint64(i))) {
				t.Fatalf("%d of %d is lost", i, n)
			}
		}
	}
}

// Ten million values that are not in a list of a million are all told apart, and
// the filter lets as many of them pass as it says, for texts that are much alike.
func TestNothingElseIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("asks ten million questions; run without -short")
	}
	const n, questions = 1_000_000, 5_000_000
	for name, text := range map[string]func(buf []byte, i int) []byte{
		"ids":       func(buf []byte, i int) []byte { return strconv.AppendInt(buf, int64(i), 36) },
		"addresses": func(buf []byte, i int) []byte { return appendCustomer(buf, 'c', i) },
	} {
		p, passed := makePrints(n), 0
		var buf []byte
		for i := range n + questions {
			buf = text(buf[:0], i)
			switch h := printOf(buf, 1); {
			case i < n:
				p.add(h)
			case p.has(h):
				t.Fatalf("%s is not in the list", buf)
			case p.filter.passes(h):
				passed++
			}
		}
		require.Equal(t, n, p.count, name)
		require.InDelta(t, 0.07, float64(passed)/questions, 0.002, name)
	}
}

// Texts that hold nearly the same have nothing to do with each other's
// fingerprints: neither zeros at an end count for nothing, nor do the bytes that
// are read twice.
func TestPrintsOfSimilarTextsDiffer(t *testing.T) {
	var texts []string
	seen := map[uint64]string{}
	for n := range 34 {
		zeros := make([]byte, n)
		texts = append(texts, string(zeros))
		for i := range zeros {
			zeros[i] = 1
			texts = append(texts, string(zeros))
			zeros[i] = 0
		}
	}
	for _, text := range texts {
		h := printOf([]byte(text), 7)
		before, there := seen[h]
		require.False(t, there, "%q and %q", text, before)
		seen[h] = text
		require.NotEqual(t, h, printOf([]byte(text), 8), "the seed counts")
	}
}
