package segment

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Day is a calendar date, as days since 1970-01-01. It has no time zone: which
// date an instant falls on was settled when the Day was made. Zero stands for
// "not set" where an option says so.
type Day int32

const (
	minDay    = Day(-25567)  // 1900-01-01
	maxDay    = Day(2932896) // 9999-12-31
	daySecond = 86400
)

// errDay is a date that no order can have.
var errDay = errors.New("the date is not between 1900 and 9999")

// DayOf is the calendar date of an instant in a time zone; nil is UTC.
func DayOf(t time.Time, zone *time.Location) Day {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := t.In(zone).Date()
	return date(y, m, d)
}

func date(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / daySecond)
}

// ParseDay reads a date written as 2006-01-02. It fails on anything else, and
// outside 1900 to 9999.
func ParseDay(s string) (Day, error) {
	d, ok := isoDay(s)
	if !ok || len(s) != 10 {
		return 0, fmt.Errorf("%s is not a date: write it as 2006-01-02", strconv.Quote(s))
	}
	return d, d.check()
}

func (d Day) check() error {
	if d < minDay || d > maxDay {
		return errDay
	}
	return nil
}

// isoDay reads the date that s begins with. Dates are most of the reading, and
// time.Parse takes four times as long.
func isoDay(s string) (Day, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(s[:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return civil(y, m, d), true
}

// civil is the day number of a date that exists, without the detour through
// time.Date: of a file of orders, every row has one.
func civil(y, m, d int) Day {
	// Count years from March, so that the leap day is the last of its year.
	m -= 3
	if m < 0 {
		m += 12
		y--
	}
	return Day(365*y + y/4 - y/100 + y/400 + (153*m+2)/5 + d - 1 - 719468)
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// Time is midnight of the day in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*daySecond, 0).UTC() }

// String writes the date as 2006-01-02.
func (d Day) String() string { return string(d.append(nil)) }

func (d Day) append(b []byte) []byte {
	if d < minDay || d > maxDay {
		return d.Time().AppendFormat(b, time.DateOnly)
	}
	// The other way round than civil: years from March, of 400 in the cycle.
	n := int(d) + 719468
	cycle, n := n/146097, n%146097
	y := (n - n/1460 + n/36524 - n/146096) / 365
	n -= 365*y + y/4 - y/100
	m := (5*n + 2) / 153
	day := n - (153*m+2)/5 + 1
	y += 400 * cycle
	if m += 3; m > 12 {
		m -= 12
		y++
	}
	two := func(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
	b = append(two(two(b, y/100), y%100), '-')
	return two(append(two(b, m), '-'), day)
}

// Month is the calendar month of the day.
func (d Day) Month() Month {
	y, m, _ := d.Time().Date()
	return Month((y-1970)*12 + int(m) - 1)
}

// Month is a calendar month, as months since 1970-01. Zero stands for "not set"
// where an option says so.
type Month int32

// First is the first day of the month.
func (m Month) First() Day { return date(1970, time.January+time.Month(m), 1) }

// String writes the month as 2006-01.
func (m Month) String() string { return m.First().Time().Format("2006-01") }
