package facts

import (
	"math"
	"strconv"
)

// decimal is a number as written: mant × 10^exp, negative if neg. It holds the
// first 19 significant digits; cut says that digits other than 0 followed.
type decimal struct {
	mant uint64
	exp  int
	neg  bool
	cut  bool
}

const (
	maxDigits   = 19      // each number of 19 digits fits in a uint64
	maxExponent = 1 << 40 // beyond it an exponent is as good as infinite
)

// parseNumber reads the JSON number at b[i:]. end is the index after it, or
// the negated index plus one (^i) of the byte at which it stops being a number.
func parseNumber(b []byte, i int) (d decimal, end int) {
	if i < len(b) && b[i] == '-' {
		d.neg = true
		i++
	}
	start := i
	var mant uint64
	for i < len(b) && b[i]-'0' <= 9 && i-start < maxDigits {
		mant = mant*10 + uint64(b[i]-'0')
		i++
	}
	d.mant = mant
	if i == start || b[start] == '0' && i > start+1 {
		return d, ^min(i, start+1)
	}
	if i == len(b) || !continuesNumber(b[i]) {
		return d, i
	}
	return parseLong(b, i, start, d)
}

func continuesNumber(c byte) bool {
	return c-'0' <= 9 || c == '.' || c|0x20 == 'e'
}

// parseLong reads on after the first digits of the integer part.
func parseLong(b []byte, i, start int, d decimal) (decimal, int) {
	digits := 0
	if d.mant != 0 {
		digits = i - start
	}
	for ; i < len(b) && b[i]-'0' <= 9; i++ { // digit 20 and on
		d.cut = d.cut || b[i] != '0'
		d.exp++
	}
	if i < len(b) && b[i] == '.' {
		i++
		from := i
		for ; i < len(b) && b[i]-'0' <= 9; i++ {
			c := uint64(b[i] - '0')
			if digits == maxDigits {
				d.cut = d.cut || c != 0
				continue
			}
			d.mant = d.mant*10 + c
			d.exp--
			if d.mant != 0 {
				digits++
			}
		}
		if i == from {
			return d, ^i
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		e, end := parseExponent(b, i+1)
		d.exp += e
		return d, end
	}
	return d, i
}

func parseExponent(b []byte, i int) (e, end int) {
	neg := false
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		neg = b[i] == '-'
		i++
	}
	from := i
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		e = min(e*10+int(b[i]-'0'), maxExponent)
	}
	if i == from {
		return 0, ^i
	}
	if neg {
		e = -e
	}
	return e, i
}

// scale is mant × 10^e rounded towards 0; ok is false when it is beyond uint64.
func scale(mant uint64, e int) (n uint64, ok bool) {
	for ; e > 0 && mant != 0; e-- {
		if mant > math.MaxUint64/10 {
			return 0, false
		}
		mant *= 10
	}
	for ; e < 0 && mant != 0; e++ {
		mant /= 10
	}
	return mant, true
}

// int is the exact value as an int64; ok is false when it is none.
func (d decimal) int() (n int64, ok bool) {
	m := d.mant
	e := d.exp
	for ; e < 0 && m != 0 && m%10 == 0; e++ {
		m /= 10
	}
	if m != 0 && (e < 0 || d.cut) {
		return 0, false
	}
	m, ok = scale(m, e)
	return signed(m, d.neg, ok)
}

func signed(m uint64, neg, ok bool) (int64, bool) {
	switch {
	case !ok:
		return 0, false
	case neg && m <= 1<<63:
		return -int64(m), true
	case m <= math.MaxInt64:
		return int64(m), true
	default:
		return 0, false
	}
}

// float is the nearest float64, infinite when beyond its range. text is the
// number as written, for those that need more than 53 bits.
func (d decimal) float(text []byte) float64 {
	if d.mant < 1<<53 && !d.cut && d.exp >= -22 && d.exp <= 22 {
		x := float64(d.mant) // exact, and so is the power: one rounding
		if d.exp < 0 {
			x /= powerOfTen(-d.exp)
		} else {
			x *= powerOfTen(d.exp)
		}
		if d.neg {
			x = -x
		}
		return x
	}
	x, _ := strconv.ParseFloat(view(text), 64) // the grammar was checked; ±Inf if out of range
	return x
}

func powerOfTen(e int) float64 {
	return [...]float64{
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
	}[e]
}

// time is the instant that a Unix time stands for: seconds when the number is
// below 10^11 (the year 5138), else milliseconds. Digits beyond the nanosecond
// are dropped.
func (d decimal) time() (ns int64, ok bool) {
	digits := 0
	for m := d.mant; m != 0; m /= 10 {
		digits++
	}
	unit := 9
	if digits+d.exp > 11 {
		unit = 6
	}
	m, ok := scale(d.mant, d.exp+unit)
	return signed(m, d.neg, ok)
}
