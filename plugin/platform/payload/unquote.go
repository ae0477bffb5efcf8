package payload

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// appendUnquoted appends what the string means that begins at i, behind its
// quote; end is the index behind the closing one, or -1. JSON in a string has a
// backslash for every quote, so it goes from one to the next by words.
func appendUnquoted(dst, b []byte, i int) (out []byte, end int) {
	start, j := i, len(dst)
	out = slices.Grow(dst, len(b)-i+8)
	out = out[:j+len(b)-i+8] // what is written stays behind what is read
	for i < len(b) {
		if i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			binary.LittleEndian.PutUint64(out[j:], w)
			m := marks(w)
			if m == 0 {
				i, j = i+8, j+8
				continue
			}
			n := bits.TrailingZeros64(m) >> 3
			i, j = i+n, j+n
		}
		c := b[i]
		switch c {
		case '"':
			return out[:j], i + 1
		case '\\':
			i++
			if i == len(b) {
				return dst, -1
			}
			if c = escaped(b[i]); c == 0 { // \u, or broken
				return appendSlowly(dst, b, start)
			}
		}
		out[j] = c
		i, j = i+1, j+1
	}
	return dst, -1
}

// appendSlowly is appendUnquoted for any escapes.
func appendSlowly(dst, b []byte, start int) (out []byte, end int) {
	end, _ = text(b, start)
	if end < 0 {
		return dst, -1
	}
	return append(dst, unquoted(b[start-1:end+1])...), end + 1
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
