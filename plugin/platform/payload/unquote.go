package payload

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// appendUnquoted appends what the string means that begins at i, behind its
// quote; end is the index behind the closing one, or -1.
func appendUnquoted(dst, b []byte, i int) (out []byte, end int) {
	start, j := i, len(dst)
	out = slices.Grow(dst, len(b)-i)
	out = out[:j+len(b)-i] // what is written stays behind what is read
	n, to, within := unquoteWords(out[j:], b[i:])
	for i, j = i+n, j+to; i < len(b); i, j = i+1, j+1 {
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

// unquoteWords writes what the first n bytes of a string mean to the first bytes of
// out, which is as long; within says that a backslash ended them. JSON in a string has
// a backslash for every quote and hardly another: those are taken out of eight bytes
// at a time, without a branch on where they are. It ends where something else comes.
func unquoteWords(out, b []byte) (n, to int, within bool) {
	var last uint64 // a mark when a backslash ended the bytes before
	for len(b)-n >= 8 && len(out)-to >= 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		slash := zeros(w, escapes)
		if zeros(w, quotes) != slash<<8|last {
			break
		}
		last = slash >> 56
		n += 8
		left := 8 - bits.OnesCount64(slash)
		w, slash = without(w, slash>>7)
		for w, slash = without(w, slash); slash != 0; {
			w, slash = without(w, slash)
		}
		binary.LittleEndian.PutUint64(out[to:], w)
		to += left
	}
	return n, to, last != 0
}

// zeros has the top bit of each byte of w^each that is 0, exactly.
func zeros(w, each uint64) uint64 {
	return (highBits - (w&^highBits ^ each)) &^ w & highBits
}

// without is w without the byte of the first mark, and the marks behind it, which
// are lowest bits of bytes. It is w when there is none.
func without(w, marks uint64) (rest, more uint64) {
	from := marks | -marks
	return w ^ (w^w>>8)&from, marks & (marks - 1) >> 8
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
