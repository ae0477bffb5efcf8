package lists

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// prints is a set of 64-bit fingerprints in an open hash table.
//
// Fingerprints, because a question about millions of entries costs what it
// reads from far memory: this way one read, and 12 bytes for an entry however
// long it is. Among ten million entries, one question in 10^12 finds a
// fingerprint that is another's by chance.
type prints struct {
	slots []uint64 // 0 is free
	count int
}

// line is how many slots a cache line holds.
const line = 8

// makePrints makes room: three slots for two fingerprints.
func makePrints(n int) prints {
	p := prints{slots: make([]uint64, (n*3/2/line+1)*line)}
	inHugePages(p.slots)
	return p
}

// home is where to look first: the beginning of a cache line, so that most
// questions end in the line that they began in.
func (p *prints) home(h uint64) int {
	at, _ := bits.Mul64(h, uint64(len(p.slots)))
	return int(at) &^ (line - 1)
}

// place gives the slot that has a fingerprint, or the free one where it belongs.
func (p *prints) place(h uint64) int {
	i := p.home(h)
	for p.slots[i] != 0 && p.slots[i] != h {
		if i++; i == len(p.slots) {
			i = 0
		}
	}
	return i
}

func (p *prints) add(h uint64) {
	h = notZero(h)
	if i := p.place(h); p.slots[i] == 0 {
		p.slots[i] = h
		p.count++
	}
}

// has looks at whole lines without branching on what a slot holds: the processor
// cannot guess that, and each wrong guess costs as much as the rest. A line
// fills from its beginning, so one whose last slot is free ends the search.
func (p *prints) has(h uint64) bool {
	if len(p.slots) == 0 {
		return false
	}
	h = notZero(h)
	for at := p.home(h); ; {
		slots := (*[line]uint64)(p.slots[at:])
		differ := uint64(1) << 63
		for _, slot := range slots {
			x := slot ^ h
			differ &= x | -x // the high bit stays unless x is 0
		}
		if differ == 0 {
			return true
		}
		if slots[line-1] == 0 {
			return false
		}
		if at += line; at == len(p.slots) {
			at = 0
		}
	}
}

// find gives the slot that has a fingerprint, -1 for none.
func (p *prints) find(h uint64) int {
	if len(p.slots) == 0 {
		return -1
	}
	h = notZero(h)
	if i := p.place(h); p.slots[i] == h {
		return i
	}
	return -1
}

func notZero(h uint64) uint64 { return max(h, 1) }

// printsOf takes the fingerprints of lines. Their seed comes from the lines
// themselves: every machine gets the same, and nobody who does not know the
// list can make up a value that passes for one of its.
func printsOf(lines []byte) (p prints, seed uint64) {
	seed = seedOf(lines)
	p = makePrints(bytes.Count(lines, []byte{'\n'}))
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n')
		p.add(printOf(lines[:end], seed))
		lines = lines[end+1:]
	}
	return p, seed
}

func seedOf(lines []byte) uint64 {
	sum := sha256.Sum256(lines)
	return binary.LittleEndian.Uint64(sum[:])
}

// printOf hashes eight bytes at a time. The length goes in by itself: xored with
// the first bytes, it would let the empty text pass for "\x01".
func printOf(s []byte, seed uint64) uint64 {
	h := mix(seed ^ uint64(len(s)))
	for len(s) > 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(s))
		s = s[8:]
	}
	var last [8]byte
	copy(last[:], s)
	return finish(mix(h^binary.LittleEndian.Uint64(last[:])) ^ seed)
}

// mix multiplies to 128 bits and folds them, so that every bit counts in every
// other.
func mix(v uint64) uint64 {
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
