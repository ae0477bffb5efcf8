package segment

import (
	"math"
	"math/bits"
	"slices"
)

// Whole numbers are sorted by radix, a few bits at a time: a hundred thousand in
// the time in which comparing them sorts ten thousand.

// ranked is a number to sort by, and what it belongs to.
type ranked struct {
	by uint64
	at int
}

// sortRanked sorts by number, equal ones staying in their order.
func sortRanked(items []ranked) []ranked { return sortInto(items, nil) }

// digit is how many bits are sorted by at a time.
const digit = 11

// sortInto is sortRanked with room for as many.
func sortInto(items, spare []ranked) []ranked {
	differ := uint64(0) // the bits that are not the same in all
	for i := range items {
		differ |= items[i].by ^ items[0].by
	}
	for differ != 0 {
		shift := bits.TrailingZeros64(differ)
		differ = differ >> shift >> digit << digit << shift
		if spare == nil {
			spare = make([]ranked, len(items))
		}
		var at [1 << digit]uint32
		for i := range items {
			at[items[i].by>>shift%(1<<digit)]++
		}
		sum := uint32(0)
		for i, n := range at {
			at[i] = sum
			sum += n
		}
		for _, it := range items {
			to := &at[it.by>>shift%(1<<digit)]
			spare[*to] = it
			*to++
		}
		items, spare = spare, items
	}
	return items
}

// whole maps a number so that numbers are ordered as their maps are.
func whole(v int64) uint64 { return uint64(v) ^ 1<<63 }

// sorter sorts numbers, one list after the other in the same memory.
type sorter struct{ items, spare []ranked }

func (s *sorter) room(n int) []ranked {
	s.items, s.spare = slices.Grow(s.items[:0], n)[:n], slices.Grow(s.spare[:0], n)[:n]
	return s.items
}

func (s *sorter) whole(values []int64) {
	items := s.room(len(values))
	for i, v := range values {
		items[i] = ranked{by: whole(v)}
	}
	for i, it := range sortInto(items, s.spare) {
		values[i] = int64(it.by ^ 1<<63)
	}
}

// floats are not NaN.
func (s *sorter) floats(values []float64) {
	items := s.room(len(values))
	for i, v := range values {
		b := math.Float64bits(v)
		items[i] = ranked{by: b ^ (uint64(int64(b)>>63) | 1<<63)}
	}
	for i, it := range sortInto(items, s.spare) {
		b := it.by
		values[i] = math.Float64frombits(b ^ (^uint64(int64(b)>>63) | 1<<63))
	}
}
