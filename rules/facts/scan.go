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

// skip checks a value that nothing reads; depth is that of its parent. It
// keeps the kinds of the open objects and arrays as bits, because the nesting
// is the sender's choice and must not become ours.
func (d *decoder) skip(i, depth int) int {
	b := d.body
	if i < len(b) && b[i] != '{' && b[i] != '[' { // most values: no nesting to keep
		if b[i] != '"' {
			return d.literal(i)
		}
		if i, _ = d.text(i + 1); i < 0 {
			return -1
		}
		return i + 1
	}
	var arrays uint64 // bit 0 is the innermost: 1 for an array
	for level := 0; ; {
		if i = d.space(i); i >= len(b) {
			return d.fail(i, "")
		}
		opened := false
		switch c := b[i]; c {
		case '"':
			if i, _ = d.text(i + 1); i < 0 {
				return -1
			}
			i++
		case '{', '[':
			if level++; depth+level > MaxDepth {
				return d.fail(i, "nested too deep")
			}
			arrays = arrays<<1 | uint64(c>>5&1^1)
			i++
			opened = true
		default:
			if i = d.literal(i); i < 0 {
				return -1
			}
		}
		if i, level, arrays = d.next(i, level, arrays, opened); level == 0 || i < 0 {
			return i
		}
	}
}

// next goes from the end of a value, or the start of an object or array that
// was opened, to the next value, closing what ends on the way.
func (d *decoder) next(i, level int, arrays uint64, opened bool) (at, open int, kinds uint64) {
	b := d.body
	for level > 0 {
		if i = d.space(i); i >= len(b) {
			return d.fail(i, ""), level, arrays
		}
		array := arrays&1 != 0
		switch c := b[i]; {
		case c == ']' && array || c == '}' && !array:
			arrays >>= 1
			level--
			i++
			opened = false
			continue
		case opened:
		case c == ',':
			i = d.space(i + 1)
		default:
			return d.fail(i, "want a comma or the end of the object or array"), level, arrays
		}
		if !array {
			i = d.skipKey(i)
		}
		return i, level, arrays
	}
	return i, level, arrays
}

// skipKey checks a key and its colon.
func (d *decoder) skipKey(i int) int {
	b := d.body
	if i >= len(b) || b[i] != '"' {
		return d.fail(i, "want a key in quotes")
	}
	if i, _ = d.text(i + 1); i < 0 {
		return -1
	}
	if i = d.space(i + 1); i >= len(b) || b[i] != ':' {
		return d.fail(i, "want a colon after the key")
	}
	return i + 1
}

// literal checks a number, true, false or null.
func (d *decoder) literal(i int) int {
	b := d.body
	word := ""
	switch c := b[i]; {
	case c == '-' || c-'0' <= 9:
		_, end := parseNumber(b, i)
		if end < 0 {
			return d.fail(^end, "malformed number")
		}
		return end
	case c == 'n':
		word = "null"
	case c == 't':
		word = "true"
	case c == 'f':
		word = "false"
	}
	if word != "" && len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
		return i + len(word)
	}
	return d.fail(i, "want a value")
}
