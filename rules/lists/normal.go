package lists

import (
	"encoding/binary"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// normal appends a text in the form in which sets compare: without outer
// spaces, in lower case, composed (NFC), and with the domain of an address, or a
// text that is an international domain itself, in A-labels.
func normal(dst []byte, s string) []byte {
	if len(s) > 0 && (s[0] <= ' ' || s[len(s)-1] <= ' ') {
		s = strings.TrimSpace(s)
	}
	if lower, ok := appendLower(dst, s); ok {
		return lower
	}
	s = norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(s))))
	at := strings.LastIndexByte(s, '@') + 1
	if (at > 0 || strings.IndexByte(s, '.') > 0) && !isASCII(s[at:]) {
		if domain, ok := toALabels(s[at:]); ok {
			return append(append(dst, s[:at]...), domain...)
		}
	}
	return append(dst, s...)
}

// Address appends an e-mail address in the form by which people are known, whoever
// writes it: what is between <> after a name, without mailto: before it or a final
// dot, and then as sets compare.
func Address(dst []byte, s string) []byte {
	s = strings.TrimSpace(s)
	if open := strings.LastIndexByte(s, '<'); open >= 0 && s[len(s)-1] == '>' {
		s = s[open+1 : len(s)-1]
	}
	const scheme = "mailto:"
	if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
		s = s[len(scheme):]
	}
	return normal(dst, strings.TrimSuffix(strings.TrimSpace(s), "."))
}

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// appendLower appends ASCII text in lower case, eight bytes at a time; the last
// eight may be partly those before. Of anything else it says that it is not.
func appendLower(dst []byte, s string) (lower []byte, ok bool) {
	start := len(dst)
	dst = slices.Grow(dst, len(s))[:start+len(s)]
	from, to := []byte(s), dst[start:]
	if len(from) < 8 {
		all := byte(0)
		for i, c := range from {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			to[i] = c
			all |= c
		}
		return dst, all < 0x80
	}
	last := len(from) - 8
	all := binary.LittleEndian.Uint64(from[last:])
	binary.LittleEndian.PutUint64(to[last:], foldWord(all))
	for i := 0; i < last; i += 8 {
		w := binary.LittleEndian.Uint64(from[i:])
		binary.LittleEndian.PutUint64(to[i:], foldWord(w))
		all |= w
	}
	return dst, all&highBits == 0
}

// foldWord puts eight ASCII letters in lower case: adding carries into the high
// bit of each byte that is at least A, and of each that is past Z; where only the
// first did, it is a capital, which lacks the bit 0x20.
func foldWord(w uint64) uint64 {
	fromA := w + (0x80-'A')*eachByte
	pastZ := w + (0x80-'Z'-1)*eachByte
	return w | (fromA&^pastZ&highBits)>>2
}
