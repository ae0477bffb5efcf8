package facts

import "unicode/utf8"

// Valid reports whether text is one JSON value (RFC 8259) in valid UTF-8, nested
// at most MaxDepth deep: what a body may hold anywhere.
func Valid(text []byte) bool {
	d := decoder{body: text}
	i := d.skip(d.space(0), 0)
	return i >= 0 && d.space(i) == len(text) && (d.high&highBits == 0 || utf8.Valid(text))
}
