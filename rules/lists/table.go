package lists

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// table is a set of short texts: the texts as lines, one after the other, and
// an open hash table of where each begins.
//
// The lines stay as they are, so that an answer is exact and the vendored lists
// cost no heap. A slot has 32 bits: as many as the text needs for the position,
// the rest for bits of the hash that spare most looks at the text. Five slots
// for three entries make 6.7 bytes for each entry besides its line.
type table struct {
	text  string
	slots []uint32
	count int
	shift int // how many bits of a slot are position
}

// maxText is how long the text of a table may be: positions have 32 bits, and 0
// marks a slot that is free.
const maxText = 1<<32 - 2

const (
	fnvOffset = 0xcbf29ce484222325
	fnvPrime  = 0x100000001b3
)

// newTable indexes the lines of a vendored list. The last line must end like the
// others, and no two may be equal.
func newTable(text string) table {
	t := makeTable(len(text), strings.Count(text, "\n"))
	t.text = text
	for start := 0; start < len(text); {
		end := start + strings.IndexByte(text[start:], '\n')
		t.place(hashOf(text[start:end]), start)
		start = end + 1
	}
	return t
}

func makeTable(size, lines int) table {
	return table{slots: make([]uint32, lines*5/3+1), shift: bits.Len64(uint64(size))}
}

// gather indexes lines that may repeat, each from where starts says; those that
// do go out, and what is left moves down over them.
func gather(text []byte, starts []uint32) table {
	t := makeTable(len(text), len(starts))
	kept := 0
	for i, from := range starts {
		to := len(text)
		if i+1 < len(starts) {
			to = int(starts[i+1])
		}
		line := text[from : to-1]
		if h := wordHash(line); !probe(&t, text[:kept], h, line) {
			t.place(h, kept)
			kept += copy(text[kept:], text[from:to])
		}
	}
	t.text = string(text[:kept])
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
func (t *table) home(h uint64) int {
	at, _ := bits.Mul64(h, uint64(len(t.slots)))
	return int(at)
}

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
	t.count++
}

// has tells whether a text is in the table, given its hash.
func (t *table) has(h uint64, s []byte) bool { return probe(t, t.text, h, s) }

// probe is has over lines that are not the table's own yet.
func probe[T string | []byte](t *table, lines T, h uint64, s []byte) bool {
	if len(t.slots) == 0 {
		return false
	}
	tag, mask := t.tag(h), uint32(1)<<t.shift-1
	for i := t.home(h); ; {
		slot := t.slots[i]
		if slot == 0 {
			return false
		}
		if slot&^mask == tag && lineIs(lines, int(slot&mask)-1, s) {
			return true
		}
		if i++; i == len(t.slots) {
			i = 0
		}
	}
}

func lineIs[T string | []byte](lines T, start int, s []byte) bool {
	end := start + len(s)
	return end < len(lines) && lines[end] == '\n' && string(lines[start:end]) == string(s)
}

// hasAbove tells whether a domain or one above it is in the table.
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

// hasExactly tells whether a text is in the table.
func (t *table) hasExactly(s []byte) bool { return t.has(hashOf(s), s) }

// hasWord tells whether a text is in a table that was gathered.
func (t *table) hasWord(s []byte) bool { return t.has(wordHash(s), s) }

// wordHash hashes eight bytes at a time: unlike hashOf it need not know the
// hashes of what is above.
func wordHash(s []byte) uint64 {
	h := fnvOffset ^ uint64(len(s))
	for len(s) > 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(s))
		s = s[8:]
	}
	var last [8]byte
	copy(last[:], s)
	return finish(mix(h ^ binary.LittleEndian.Uint64(last[:])))
}

// mix multiplies to 128 bits and folds them, so that every bit counts in every
// other.
func mix(v uint64) uint64 {
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
