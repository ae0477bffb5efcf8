package segment

import (
	"math"
	"math/bits"
	"strconv"
)

// float writes a number to six decimals; NaN is nothing.
func float(b []byte, v float64) []byte { return decimal(b, v, defined(v)) }

func decimal(b []byte, v float64, known bool) []byte {
	if !known {
		return b
	}
	b = appendSix(b, v)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}

// appendSix is strconv.AppendFloat(b, v, 'f', 6, 64) in a fifth of the time: v
// times a million is a whole number over a power of two, and rounded exactly.
func appendSix(b []byte, v float64) []byte {
	word := math.Float64bits(v)
	shift := 1075 - int(word>>52&0x7ff)
	if shift <= 20 || shift > 1074 || v == 0 { // 2^33 and more, or next to nothing
		return strconv.AppendFloat(b, v, 'f', 6, 64)
	}
	high, low := bits.Mul64(word&(1<<52-1)|1<<52, 1e6)
	var n, rest, half uint64 // rest and half as far as the last 64 bits go; the bits before are in n
	switch {
	case shift <= 64:
		n, rest, half = high<<(64-shift)|low>>shift, low&(1<<shift-1), 1<<(shift-1)
	case shift < 128:
		shift -= 64
		n, rest = high>>shift, high&(1<<shift-1)<<1|bit(low != 0)
		half = 1 << shift
	}
	if rest > half || rest == half && n&1 == 1 {
		n++
	}
	if word>>63 == 1 {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, n/1e6, 10)
	b = append(b, ".000000"...)
	for n, i := n%1e6, len(b)-1; n > 0; n, i = n/10, i-1 {
		b[i] = byte('0' + n%10)
	}
	return b
}
