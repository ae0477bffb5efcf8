package lists

import "math/bits"

// filter rules out most values that are not in a set, with 6 bits an entry. It is
// a blocked Bloom filter whose blocks are words: an entry sets three bits of one
// word, so that a question reads that word alone. 7 in 100 values that are not in
// the set find their three bits set by entries.
//
// Most questions are about values that are not in a set. The filter of millions
// of entries fits in a processor's cache, where the fingerprints do not. With
// fewer bits more values would pass, with more bits less would fit: from 4 to 8,
// a question about five million entries takes the same time.
type filter []uint64

func makeFilter(n int) filter {
	f := make(filter, n*6/64+1)
	inHugePages(f)
	return f
}

func (f filter) add(h uint64) { f[share(h, len(f))] |= threeBits(h) }

func (f filter) passes(h uint64) bool {
	if len(f) == 0 {
		return false
	}
	want := threeBits(h)
	return f[share(h, len(f))]&want == want
}

// threeBits chooses them by all bits of a fingerprint, not only by those that
// prints keeps too: what passes the filter by chance then passes there no more
// easily than others.
func threeBits(h uint64) uint64 {
	m := mix(h)
	return 1<<(m&63) | 1<<(m>>6&63) | 1<<(m>>12&63)
}

// share gives every one of n places the same share of all hashes.
func share(h uint64, n int) int {
	at, _ := bits.Mul64(h, uint64(n))
	return int(at)
}
