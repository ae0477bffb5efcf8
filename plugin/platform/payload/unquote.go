package payload

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// appendUnquoted appends what the string means that begins at i, behind its
// quote; end is the index behind the closing one, or -1. JSON in a string has a
// backslash for every quote and hardly another: those are taken out by blocks,
// without a branch on where they are.
func appendUnquoted(dst, b []byte, i int) (out []byte, end int) {
	start, from, j := i, i, len(dst)
	out = slices.Grow(dst, len(b)-i+piece)
	out = out[:j+len(b)-i+piece] // what is written stays behind what is read
	var after uint64             // a backslash ended the block before
	for ; i+block+piece <= len(b); i += block {
		quote, slash := masks(b[i : i+block])
		escaped := slash<<1 | after
		if escaped&^quote != 0 { // something else than a quote is escaped
			break
		}
		after = slash >> (block - 1)
		closing := quote &^ escaped
		if closing != 0 {
			slash &= closing&-closing - 1
		}
		for ; slash != 0; slash &= slash - 1 {
			p := i + bits.TrailingZeros64(slash)
			to, by := out[j:j+piece], b[from:from+piece]
			binary.LittleEndian.PutUint64(to, binary.LittleEndian.Uint64(by))
			binary.LittleEndian.PutUint64(to[8:], binary.LittleEndian.Uint64(by[8:]))
			if p-from > piece {
				copy(out[j:], b[from:p])
			}
			j, from = j+p-from, p+1
		}
		if closing != 0 {
			p := i + bits.TrailingZeros64(closing)
			return append(out[:j], b[from:p]...), p + 1
		}
	}
	for i, within := from, from > start; i < len(b); i, j = i+1, j+1 {
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

// piece is how many bytes are copied at least: most of what stands between two
// backslashes is shorter.
const piece = 16

// block is how many bytes masks looks at.
const block = 64

// masks has a bit for each byte that is a quote, and for each that is a backslash.
func masks(b []byte) (quote, slash uint64) {
	for k := 0; k < block; k += 8 {
		w := binary.LittleEndian.Uint64(b[k:])
		quote = quote>>8 | zeros(w^quotes)
		slash = slash>>8 | zeros(w^escapes)
	}
	return quote, slash
}

// zeros has a bit for each byte of w that is 0, in its top byte.
func zeros(w uint64) uint64 {
	top := ^(w&^highBits + ^uint64(highBits) | w) & highBits
	return top >> 7 * 0x0102040810204080 & (0xff << 56)
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
