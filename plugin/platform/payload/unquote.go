package payload

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// appendUnquoted appends what the string means that begins at i, behind its
// quote; end is the index behind the closing one, or -1. JSON in a string has a
// backslash for every quote and hardly another: those are taken out of eight bytes
// at a time, without a branch on where they are.
func appendUnquoted(dst, b []byte, i int) (out []byte, end int) {
	start, j := i, len(dst)
	out = slices.Grow(dst, len(b)-i)
	out = out[:j+len(b)-i] // what is written stays behind what is read
	var within uint64      // 1 when a backslash ended the bytes before
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		slash := zeros(w ^ escapes)
		if zeros(w^quotes) != slash<<8|within { // the end, or something else than a quote is escaped
			break
		}
		within = slash >> 56
		n := 8 - bits.OnesCount64(slash)
		w, slash = without(w, slash)
		for w, slash = without(w, slash); slash != 0; {
			w, slash = without(w, slash)
		}
		binary.LittleEndian.PutUint64(out[j:], w)
		j += n
	}
	for within := within != 0; i < len(b); i, j = i+1, j+1 {
		c := b[i]
		switch {
		case within: // the backslash is taken out already
			if within, c = false, escaped(c); c == 0 { // \u, or broken
				return appendSlowly(dst, b, start)
			}
		case c == '"':
			return out[:j], i + 1
		case c == '\\':
			within, j = true, j-1
			continue
		}
		out[j] = c
	}
	return dst, -1
}

// zeros has the lowest bit of each byte of w that is 0.
func zeros(w uint64) uint64 {
	return ^(w&^highBits + ^uint64(highBits) | w) & highBits >> 7
}

// without is w without the byte of the first mark, and the marks behind it, as zeros
// makes them. It is w when there is none.
func without(w, marks uint64) (rest, more uint64) {
	before := marks&-marks - 1
	return w&before | w>>8&^before, marks & (marks - 1) >> 8
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
