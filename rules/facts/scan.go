package facts

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes at a time: a word's lowest byte is the first in the body, and
// byte k of a mask's top bits stands for byte k of the text.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	quotes   = lowBits * '"'
	escapes  = lowBits * '\\'
	spaces   = lowBits * ' '
)

// special marks the first byte of w that ends a run of plain text: a quote, a
// backslash or a control character. Marks after the first may be false.
func special(w uint64) uint64 {
	q, e := w^quotes, w^escapes
	return ((q-lowBits)&^q | (e-lowBits)&^e | (w-spaces)&^w) & highBits
}

// space skips white space.
func (d *decoder) space(i int) int {
	b := d.body
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// text scans a string; i is after its opening quote. end is the index of the
// closing one, or -1. Escapes are checked but not resolved.
func (d *decoder) text(i int) (end int, escaped bool) {
	b := d.body
	var high uint64
	for {
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			high |= w
			if m := special(w); m != 0 {
				if i += bits.TrailingZeros64(m) >> 3; b[i] == '"' {
					d.high |= high
					return i, escaped
				}
				break
			}
			i += 8
		}
		for i < len(b) && b[i] >= ' ' && b[i] != '"' && b[i] != '\\' { // the last seven bytes
			high |= uint64(b[i])
			i++
		}
		switch {
		case i < len(b) && b[i] == '"':
			d.high |= high
			return i, escaped
		case i < len(b) && b[i] == '\\':
			escaped = true
			if i = d.escape(i + 1); i < 0 {
				return -1, true
			}
		default:
			return d.fail(i, "control character in a string: write it as an escape"), escaped
		}
	}
}

// escape checks one escape; i is after its backslash.
func (d *decoder) escape(i int) int {
	b := d.body
	if i >= len(b) {
		return d.fail(i, "")
	}
	switch b[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		for k := i + 1; k <= i+4; k++ {
			if k >= len(b) || hexDigit(b[k]) < 0 {
				return d.fail(k, "want four hexadecimal digits after \\u")
			}
		}
		return i + 5
	default:
		return d.fail(i, "unknown escape in a string")
	}
}

// hexDigit is the value of a hexadecimal digit, or -1.
func hexDigit(c byte) rune {
	switch {
	case c-'0' <= 9:
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	default:
		return -1
	}
}

// key reads a key and finds it in t; i is after its opening quote. k is nil
// for a key the layout does not read.
func (d *decoder) key(i int, t *keyTable) (k *keyName, end int) {
	b := d.body
	if i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i:])
		m := special(w)
		if m == 0 {
			end, escaped := d.text(i + 8)
			if end < 0 || escaped {
				return d.oddKey(i, end, t)
			}
			d.high |= w
			return t.find(w, b[i:end]), end + 1
		}
		n := bits.TrailingZeros64(m) >> 3
		if b[i+n] == '"' {
			d.high |= w
			return t.find(w&(1<<(8*n)-1), b[i:i+n]), i + n + 1
		}
	}
	end, escaped := d.text(i)
	if end < 0 || escaped {
		return d.oddKey(i, end, t)
	}
	return t.find(firstWord(view(b[i:end])), b[i:end]), end + 1
}

// oddKey is key for those with escapes and for errors.
func (d *decoder) oddKey(i, end int, t *keyTable) (k *keyName, next int) {
	if end < 0 {
		return nil, -1
	}
	from := len(d.f.text)
	name, ok := d.unescape(d.body[i:end])
	if ok {
		k = t.find(firstWord(name), bytesOf(name))
	}
	d.f.text = d.f.text[:from] // the name is not kept
	return k, end + 1
}
