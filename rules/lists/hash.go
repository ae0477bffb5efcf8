package lists

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

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

// printOf hashes eight bytes at a time; the last eight may be partly those
// before, for the length goes in by itself.
func printOf(s []byte, seed uint64) uint64 {
	h := mix(seed ^ uint64(len(s)))
	if len(s) < 8 {
		word := uint64(0)
		for i, c := range s {
			word |= uint64(c) << (8 * i)
		}
		return mix(h ^ word)
	}
	last := len(s) - 8
	for i := 0; i < last; i += 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(s[i:]))
	}
	return mix(h ^ binary.LittleEndian.Uint64(s[last:]))
}

// mix multiplies to 128 bits and folds them, so that every bit counts in every
// other.
func mix(v uint64) uint64 {
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
