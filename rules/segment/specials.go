package segment

import (
	"encoding/binary"
	"math/bits"
)

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// specials finds separators, quotes and ends of lines, eight bytes at a time.
type specials struct {
	buf   []byte
	comma uint64 // in each byte
	found uint64 // bits for the bytes from base that are left
	base  int
	seen  int // how many bytes were looked at
}

// next is the place of the next one, -1 after the last.
func (s *specials) next() int {
	for s.found == 0 {
		if !s.look() {
			return -1
		}
	}
	at := s.base + bits.TrailingZeros64(s.found)
	s.found &= s.found - 1
	return at
}

// look takes the next 64 bytes, or the fewer that there are.
func (s *specials) look() bool {
	s.base = s.seen
	rest := s.buf[s.base:]
	if len(rest) < 64 {
		for i, c := range rest {
			if c == '\n' || c == '"' || c == byte(s.comma) {
				s.found |= 1 << i
			}
		}
		s.seen += len(rest)
		return len(rest) > 0
	}
	s.seen += 64
	block := (*[64]byte)(rest)
	for i := 0; i < 64; i += 8 {
		w := binary.LittleEndian.Uint64(block[i:])
		other := nonZero(w^s.comma) & nonZero(w^'\n'*eachByte) & nonZero(w^'"'*eachByte)
		s.found |= (^other & highBits) >> 7 * 0x0102040810204080 >> 56 << i
	}
	return true
}

// nonZero has the high bit of each byte that is not zero; its other bits mean
// nothing.
func nonZero(w uint64) uint64 { return w | (w&^highBits + 0x7f*eachByte) }
