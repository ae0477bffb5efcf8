package payload

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// appendUnquoted appends what a JSON string holds; v is with its quotes. JSON in
// a string has a backslash for every quote, so it goes from one to the next by
// words.
func appendUnquoted(dst, v []byte) []byte {
	raw := v[1 : len(v)-1]
	j := len(dst)
	out := slices.Grow(dst, len(raw)+8)
	out = out[:j+len(raw)+8] // what is written stays behind what is read
	for i := 0; i < len(raw); {
		n := 8 // bytes of plain text from here
		if i+8 <= len(raw) {
			w := binary.LittleEndian.Uint64(raw[i:])
			binary.LittleEndian.PutUint64(out[j:], w)
			e := w ^ escapes
			if m := (e - lowBits) &^ e & highBits; m != 0 {
				n = bits.TrailingZeros64(m) >> 3
			}
		} else {
			for n = 0; i+n < len(raw) && raw[i+n] != '\\'; n++ {
				out[j+n] = raw[i+n]
			}
		}
		i, j = i+n, j+n
		if n == 8 || i == len(raw) {
			continue
		}
		c := escaped(raw[min(i+1, len(raw)-1)])
		if c == 0 { // \u, or broken
			return append(dst, unquoted(v)...)
		}
		out[j] = c
		i, j = i+2, j+1
	}
	return out[:j]
}

// escaped is what a backslash before c stands for, 0 when more than c says it.
func escaped(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	}
	return 0
}
