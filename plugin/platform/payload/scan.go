package payload

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// MaxDepth is how deep a payload may nest, itself included: as deep as the body
// of a decision.
const MaxDepth = 64

// The errors of reading a payload.
var (
	ErrNotJSON   = errors.New("the payload is not valid JSON")
	ErrNotObject = errors.New("the payload is not a JSON object")
	ErrTooDeep   = errors.New("the payload is nested too deep")
)

// DoubledError says that a name that is read stands twice in its object.
type DoubledError struct{ Path string }

// Error names the path.
func (e *DoubledError) Error() string { return e.Path + " is given twice" }

func blank(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// Eight bytes at a time: a word's lowest byte is the first in the payload.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	quotes   = lowBits * '"'
	escapes  = lowBits * '\\'
)

// marks has the top bit of each byte of w that is a quote or a backslash; those
// above the first may be false.
func marks(w uint64) uint64 {
	q, e := w^quotes, w^escapes
	return ((q-lowBits)&^q | (e-lowBits)&^e) & highBits
}

// text goes from behind an opening quote to the closing one; -1 without one.
// plain says that there are no escapes.
func text(b []byte, i int) (end int, plain bool) {
	plain = true
	for i+8 <= len(b) {
		m := marks(binary.LittleEndian.Uint64(b[i:]))
		if m == 0 {
			i += 8
			continue
		}
		if i += bits.TrailingZeros64(m) >> 3; b[i] == '"' {
			return i, plain
		}
		i += 2 // the backslash and what it escapes
		plain = false
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i, plain
		case '\\':
			i++
			plain = false
		}
	}
	return -1, false
}

// skip goes over a value, looking at brackets and quotes only; -1 when it does
// not end. What is wrong within it is found when it is read.
func skip(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		if i, _ = text(b, i+1); i < 0 {
			return -1
		}
		return i + 1
	case '{', '[':
		return skipNested(b, i)
	}
	start := i
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

func skipNested(b []byte, i int) int {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i, _ = text(b, i+1); i < 0 {
				return -1
			}
		case '{', '[':
			if depth++; depth > MaxDepth {
				return -1
			}
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
