package segment

import "encoding/binary"

// dateSize is how long 2006-01-02 is.
const dateSize = 10

// fastDay reads a date, alone or with a time that can't move it.
func (p *parser) fastDay(s []byte) (Day, bool) {
	switch {
	case len(s) == dateSize:
	case len(s) == 19 && p.o.SourceZone == p.o.Zone && plainClock(s[dateSize:]):
	case len(s) == 20 && s[19] == 'Z' && p.utc && plainClock(s[dateSize:]):
	default:
		return 0, false
	}
	d := uint(binary.LittleEndian.Uint16(s[8:])) ^ 0x3030
	if (d|(d+0x7676))&0x8080 != 0 {
		return 0, false
	}
	word := binary.LittleEndian.Uint64(s)
	m := &p.months[word*monthHash>>58]
	if m.word != word {
		if !m.read(word) {
			return 0, false
		}
	}
	n := int(d&15)*10 + int(d>>8)
	return m.first + Day(n-1), n >= 1 && n <= m.days
}

// month is a month as dates begin with it: few months are on nearly all rows.
type month struct {
	word  uint64 // 2006-01-, 0 is none
	first Day
	days  int
}

// monthHash spreads months over the months that a parser knows.
const monthHash = 0x9e3779b97f4a7c15

// read settles the month of 2006-01-, if it is one.
func (m *month) read(word uint64) bool {
	const zeros = 0x2d30302d30303030 // 0000-00-
	ymd := word ^ zeros
	if (ymd|(ymd+0x7f76767f76767676))&highBits != 0 {
		return false
	}
	year := int(ymd&15)*1000 + int(ymd>>8&15)*100 + int(ymd>>16&15)*10 + int(ymd>>24&15)
	number := int(ymd>>40&15)*10 + int(ymd>>48&15)
	if year < 1900 || number < 1 || number > 12 {
		return false
	}
	*m = month{word, civil(year, number, 1), daysIn(year, number)}
	return true
}

// plainClock reports whether a text begins as T15:04:05 or with a space.
func plainClock(s []byte) bool {
	two := func(i int) int { // of digits, else more than any clock has
		if s[i]-'0' > 9 || s[i+1]-'0' > 9 {
			return 99
		}
		return int(s[i]-'0')*10 + int(s[i+1]-'0')
	}
	return (s[0] == 'T' || s[0] == ' ') && s[3] == ':' && s[6] == ':' && two(1) < 24 && two(4) < 60 && two(7) < 60
}
