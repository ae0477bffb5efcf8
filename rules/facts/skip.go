package facts

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
