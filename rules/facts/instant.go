package facts

import (
	"math"
	"time"
)

// The range of instants, Unix nanoseconds: from 1678-01-01 to the end of
// 2262-04-10, whole days that fit in an int64.
const (
	secondsPerDay = 24 * 60 * 60
	minTime       = -106650 * secondsPerDay * int64(time.Second)
	maxTime       = 106751*secondsPerDay*int64(time.Second) - 1
)

// parseTime reads an instant, as Unix nanoseconds. It takes RFC 3339 and its
// common kin: a date alone is midnight UTC; a date and a time joined by T, t or
// a space, seconds and fraction optional, are UTC unless Z or an offset (+02:00
// or +0200) follows. Digits beyond the nanosecond are dropped. The state is
// Known, WrongType for other text (leap seconds among it: they have no place in
// Unix time) or OutOfRange.
func parseTime(s string) (ns int64, state State) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, WrongType
	}
	year := twoDigits(s, 0)*100 + twoDigits(s, 2)
	month, day := twoDigits(s, 5), twoDigits(s, 8)
	if year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, WrongType
	}
	seconds := int64(daysTo(year, month, day)) * secondsPerDay
	if len(s) > 10 {
		ofDay, frac, ok := parseClock(s)
		if !ok {
			return 0, WrongType
		}
		seconds += ofDay
		ns = frac
	}
	if seconds < minTime/int64(time.Second) || seconds > maxTime/int64(time.Second) {
		return 0, OutOfRange
	}
	return seconds*int64(time.Second) + ns, Known
}

// parseClock reads what follows the date: seconds since its midnight UTC, and
// nanoseconds.
func parseClock(s string) (seconds, ns int64, ok bool) {
	if len(s) < 16 || s[10]|0x20 != 't' && s[10] != ' ' || s[13] != ':' {
		return 0, 0, false
	}
	hour, minute, second := twoDigits(s, 11), twoDigits(s, 14), 0
	i := 16
	if i < len(s) && s[i] == ':' {
		if len(s) < 19 {
			return 0, 0, false
		}
		second = twoDigits(s, 17)
		i = 19
		if i < len(s) && s[i] == '.' {
			ns, i = parseFraction(s, i+1)
		}
	}
	if uint(hour) > 23 || uint(minute) > 59 || uint(second) > 59 || i < 0 {
		return 0, 0, false
	}
	offset, ok := parseOffset(s[i:])
	return int64(hour*3600+minute*60+second) - offset, ns, ok
}

// parseFraction reads the digits after the point as nanoseconds; end is -1
// when there are none.
func parseFraction(s string, i int) (ns int64, end int) {
	from := i
	unit := int64(time.Second)
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		unit /= 10
		ns += int64(s[i]-'0') * unit
	}
	if i == from {
		return 0, -1
	}
	return ns, i
}

// parseOffset reads nothing, Z, ±hh:mm or ±hhmm, as seconds east of UTC.
func parseOffset(s string) (seconds int64, ok bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	at := 3
	if len(s) == 6 && s[3] == ':' {
		at = 4
	} else if len(s) != 5 {
		return 0, false
	}
	hour, minute := twoDigits(s, 1), twoDigits(s, at)
	if uint(hour) > 23 || uint(minute) > 59 {
		return 0, false
	}
	seconds = int64(hour*3600 + minute*60)
	switch s[0] {
	case '+':
		return seconds, true
	case '-':
		return -seconds, true
	default:
		return 0, false
	}
}

// twoDigits is the number at s[i:i+2], or so negative that no sum with it is
// positive.
func twoDigits(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return math.MinInt32
	}
	return int(a)*10 + int(b)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}

// daysTo counts the days from 1970-01-01 to a date of the Gregorian calendar.
// Years run from March here, so that the leap day comes last.
func daysTo(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	year += 400 // keeps the divisions below from rounding towards 0
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468 - 146097
}

// dateOf is the date of a day counted from 1970-01-01; the inverse of daysTo.
func dateOf(days int) (year, month, day int) {
	z := days + 719468
	era := z / 146097
	ofEra := z % 146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*ofYear + 2) / 153
	day = ofYear - (153*m+2)/5 + 1
	year, month = era*400+yearOfEra, m+3
	if month > 12 {
		return year + 1, month - 12, day
	}
	return year, month, day
}

// appendTime writes an instant as RFC 3339 in UTC, with as many digits after
// the second as it needs.
func appendTime(dst []byte, ns int64) []byte {
	days, rest := ns/(secondsPerDay*int64(time.Second)), ns%(secondsPerDay*int64(time.Second))
	if rest < 0 {
		days, rest = days-1, rest+secondsPerDay*int64(time.Second)
	}
	year, month, day := dateOf(int(days))
	seconds, frac := int(rest/int64(time.Second)), rest%int64(time.Second)
	dst = appendTwo(appendTwo(dst, year/100), year%100)
	dst = appendTwo(append(dst, '-'), month)
	dst = appendTwo(append(dst, '-'), day)
	dst = appendTwo(append(dst, 'T'), seconds/3600)
	dst = appendTwo(append(dst, ':'), seconds/60%60)
	dst = appendTwo(append(dst, ':'), seconds%60)
	if frac != 0 {
		dst = append(dst, '.')
		for unit := int64(time.Second) / 10; frac != 0; unit /= 10 {
			dst = append(dst, '0'+byte(frac/unit))
			frac %= unit
		}
	}
	return append(dst, 'Z')
}

func appendTwo(dst []byte, n int) []byte {
	return append(dst, '0'+byte(n/10), '0'+byte(n%10))
}
