package facts

import (
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/winnow-gate/winnow/rules/field"
)

// quoted reads the string at the quote i. ok is false when it may not be used:
// it holds NUL or half of a surrogate pair. end is the index after its closing
// quote, or -1.
func (d *decoder) quoted(i int) (text string, ok bool, end int) {
	end, escaped := d.text(i + 1)
	switch {
	case end < 0:
		return "", false, -1
	case escaped:
		text, ok = d.unescape(d.body[i+1 : end])
		return text, ok, end + 1
	default:
		return view(d.body[i+1 : end]), true, end + 1
	}
}

// unescape resolves the escapes of a checked string into the arena for text.
// Text beyond MaxStringBytes is cut: its only use is to be out of range.
func (d *decoder) unescape(raw []byte) (text string, ok bool) {
	from := len(d.f.text)
	out := d.f.text
	for i := 0; i < len(raw) && len(out)-from <= field.MaxStringBytes; {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		r, size := escapedRune(raw[i:])
		if r <= 0 {
			return "", false
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	d.f.text = out
	return view(out[from:]), true
}

// escapedRune resolves the escape at the start of b. r is 0 for NUL and -1 for
// half of a surrogate pair.
func escapedRune(b []byte) (r rune, size int) {
	switch b[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
	default:
		return rune(b[1]), 2
	}
	r = hexRune(b[2:])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if full := utf16.DecodeRune(r, hexRune(b[8:])); full != utf8.RuneError {
			return full, 12
		}
	}
	return -1, 6
}

func hexRune(b []byte) rune {
	return hexDigit(b[0])<<12 | hexDigit(b[1])<<8 | hexDigit(b[2])<<4 | hexDigit(b[3])
}

// view is the text of b without a copy; it changes when b does.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf is the bytes of s without a copy; they must not be written.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
