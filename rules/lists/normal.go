package lists

import (
	"encoding/binary"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// normal appends a text in the form in which sets compare: without outer
// spaces, in lower case, composed (NFC), and with the domain of an address, or a
// text that is an international domain itself, in A-labels.
func normal(dst []byte, s string) []byte {
	s = strings.TrimSpace(s)
	start := len(dst)
	dst = append(dst, s...)
	if foldASCII(dst[start:]) {
		return dst
	}
	dst = dst[:start]
	s = norm.NFC.String(strings.ToLower(norm.NFC.String(s)))
	at := strings.LastIndexByte(s, '@') + 1
	if strings.IndexByte(s[at:], '.') > 0 && !isASCII(s[at:]) {
		if domain, ok := toALabels(s[at:]); ok {
			return append(append(dst, s[:at]...), domain...)
		}
	}
	return append(dst, s...)
}

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// foldASCII puts ASCII text in lower case, eight bytes at a time. With anything
// else it stops and says so.
func foldASCII(b []byte) bool {
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		if w&highBits != 0 {
			return false
		}
		binary.LittleEndian.PutUint64(b, foldWord(w))
		b = b[8:]
	}
	for i, c := range b {
		if c >= 0x80 {
			return false
		}
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return true
}

// foldWord puts eight ASCII letters in lower case: adding carries into the high
// bit of each byte that is at least A, and of each that is past Z; where only the
// first did, it is a capital, which lacks the bit 0x20.
func foldWord(w uint64) uint64 {
	fromA := w + (0x80-'A')*eachByte
	pastZ := w + (0x80-'Z'-1)*eachByte
	return w | (fromA&^pastZ&highBits)>>2
}
