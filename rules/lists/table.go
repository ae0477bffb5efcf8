package lists

import (
	"math/bits"
	"strings"
)

// table is a set of domains or words that the program carries: the lines of a
// vendored list, and a hash table with open addressing of where
// each begins.
//
// The lines stay as they are, so that an answer is exact and the vendored lists
// cost no heap. A slot has 32 bits: as many as the text needs for the position,
// the rest for bits of the hash that spare most looks at the text. Five slots
// for three entries make 6.7 bytes for each entry besides its line.
type table struct {
	text  string
	slots []uint32
	shift int // how many bits of a slot are position
}

const (
	fnvOffset = 0xcbf29ce484222325
	fnvPrime  = 0x100000001b3
)

// newTable indexes the lines of a vendored list. The last line must end like the
// others, and no two may be equal.
func newTable(text string) table {
	t := table{
		text:  text,
		slots: make([]uint32, strings.Count(text, "\n")*5/3+1),
		shift: bits.Len64(uint64(len(text))),
	}
	for start := 0; start < len(text); {
		end := start + strings.IndexByte(text[start:], '\n')
		t.place(hashOf(text[start:end]), start)
		start = end + 1
	}
	return t
}

// hashOf hashes from the end, so that one walk over a domain hashes it and
// every domain above it.
func hashOf[T string | []byte](s T) uint64 {
	h := uint64(fnvOffset)
	for i := len(s) - 1; i >= 0; i-- {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return finish(h)
}

// finish spreads what FNV leaves in the low bits over all of them: the slot is
// chosen by the high ones.
func finish(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// home is the slot where a hash belongs.
func (t *table) home(h uint64) int { return share(h, len(t.slots)) }

// tag is the part of a hash that is kept above the position.
func (t *table) tag(h uint64) uint32 {
	return uint32(uint64(uint32(h)) << t.shift)
}

// place adds a line that is not in the table yet.
func (t *table) place(h uint64, start int) {
	i := t.home(h)
	for t.slots[i] != 0 {
		if i++; i == len(t.slots) {
			i = 0
		}
	}
	t.slots[i] = t.tag(h) | uint32(start+1)
}

// has reports whether a text is in the table, given its hash.
func (t *table) has(h uint64, s []byte) bool {
	if len(t.slots) == 0 {
		return false
	}
	tag, mask := t.tag(h), uint32(1)<<t.shift-1
	for i := t.home(h); ; {
		slot := t.slots[i]
		if slot == 0 {
			return false
		}
		if slot&^mask == tag && t.lineIs(int(slot&mask)-1, s) {
			return true
		}
		if i++; i == len(t.slots) {
			i = 0
		}
	}
}

func (t *table) lineIs(start int, s []byte) bool {
	end := start + len(s)
	return end < len(t.text) && t.text[end] == '\n' && t.text[start:end] == string(s)
}

// hasAbove reports whether a domain or one above it is in the table.
func (t *table) hasAbove(domain []byte) bool {
	h := uint64(fnvOffset)
	for i := len(domain) - 1; i >= 0; i-- {
		if domain[i] == '.' && t.has(finish(h), domain[i+1:]) {
			return true
		}
		h = (h ^ uint64(domain[i])) * fnvPrime
	}
	return t.has(finish(h), domain)
}

// hasExactly reports whether a text is in the table.
func (t *table) hasExactly(s []byte) bool { return t.has(hashOf(s), s) }
