package segment

import (
	"bufio"
	"encoding/binary"
	"unsafe"
)

// Nearly all rows of nearly all files are plain: a date as 2006-01-02, an amount,
// a customer, quotes around nothing but whole fields. Those are read here, where
// they lie in the reader's buffer and eight bytes at a time. A row that is
// anything else is left, untouched, to the way that knows all rules; both give
// the same for a row that both can read.

// fastColumns is the most columns a row may have here.
const fastColumns = 64

// fastRows reads plain rows.
type fastRows struct {
	p     *parser
	lines *csvRows
	width int
	at    [colCount]int

	from, to [fastColumns]int32 // the fields of a row, in the buffer
}

// fast is nil when no row can be read fast.
func (p *parser) fast(lines *csvRows, width int, at [colCount]int) *fastRows {
	if width > fastColumns || p.seen != nil || p.o.DateLayout != "" {
		return nil
	}
	return &fastRows{p: p, lines: lines, width: width, at: at}
}

// take reads the plain rows that the buffer begins with.
func (f *fastRows) take(in *bufio.Reader) error {
	if f == nil || len(f.lines.again) > 0 {
		return nil
	}
	buf, _ := in.Peek(in.Buffered())
	n, err := f.rows(buf)
	_, _ = in.Discard(n) // they are buffered
	return err
}

// rows reads rows until one is not plain or not whole, and says where it begins.
func (f *fastRows) rows(buf []byte) (int, error) {
	scan := specials{buf: buf, comma: uint64(f.lines.comma) * eachByte}
	for start := 0; ; {
		end, ok := f.split(&scan, start)
		if !ok {
			return start, nil
		}
		o, ok := f.order(buf)
		if !ok {
			return start, nil
		}
		start = end
		f.lines.line++
		f.p.report.Rows++
		if err := f.p.add(o); err == nil {
			f.p.report.Taken++
		} else if err = f.p.refused(f.lines.line, &o, err); err != nil {
			return start, err
		}
	}
}

// split finds the fields of the row that begins at start, and where the next one
// does. The quotes around a field are left out; a quote anywhere else, and a
// number of fields that is not the header's, are not plain.
func (f *fastRows) split(scan *specials, start int) (next int, ok bool) {
	buf, comma := scan.buf, f.lines.comma
	field, from := 0, start
	for {
		at := scan.next()
		if at < 0 {
			return 0, false
		}
		to := at
		if buf[at] == '"' {
			if at != from {
				return 0, false
			}
			for from++; ; {
				if to = scan.next(); to < 0 || buf[to] == '\n' {
					return 0, false
				}
				if buf[to] == '"' {
					break
				}
			}
			if at = scan.next(); at < 0 || buf[at] == '"' {
				return 0, false
			}
			if between := at - to; between > 1 && !(between == 2 && buf[at] == '\n' && buf[at-1] == '\r') {
				return 0, false
			}
		} else if buf[at] == '\n' && at > from && buf[at-1] == '\r' {
			to--
		}
		f.from[field], f.to[field] = int32(from), int32(to)
		field++
		from = at + 1
		if buf[at] != comma {
			return from, field == f.width
		}
		if field == f.width {
			return 0, false
		}
	}
}

// order makes the order of the row that was split last.
func (f *fastRows) order(buf []byte) (o Order, ok bool) {
	p := f.p
	if i := f.at[colCurrency]; i >= 0 {
		if s := f.text(buf, i); s == "" || s != p.lastCoins {
			return o, false
		}
	} else if !p.settled {
		return o, false
	}
	date := f.at[colDate]
	if o.Day, ok = p.fastDay(buf[f.from[date]:f.to[date]]); !ok {
		return o, false
	}
	amount := f.at[colAmount]
	if o.Amount, ok = p.fastAmount(buf, int(f.from[amount]), int(f.to[amount])); !ok {
		return o, false
	}
	var err error
	if i := f.at[colKind]; i >= 0 {
		if o.Kind, err = kindOf(f.text(buf, i)); err != nil {
			return o, false
		}
	}
	if i := f.at[colMargin]; i >= 0 {
		if o.Margin, ok = p.fastAmount(buf, int(f.from[i]), int(f.to[i])); !ok {
			return o, false
		}
	}
	if i := f.at[colOrder]; i >= 0 {
		o.ID = f.text(buf, i)
	}
	o.Customer = f.text(buf, f.at[colCustomer])
	return o, isTrimmed(o.Customer)
}

// text is a field, valid as long as the buffer is.
func (f *fastRows) text(buf []byte, i int) string {
	s := buf[f.from[i]:f.to[i]]
	return unsafe.String(unsafe.SliceData(s), len(s))
}

// isTrimmed tells that a text is not empty and has no outer space; it may deny it
// of a text with other than ASCII at an end.
func isTrimmed(s string) bool {
	if s == "" {
		return false
	}
	first, last := s[0], s[len(s)-1]
	return ' ' < first && first < 0x80 && ' ' < last && last < 0x80
}

// fastDay reads a date, alone or with a time that can't move it.
func (p *parser) fastDay(s []byte) (Day, bool) {
	switch {
	case len(s) == 10:
	case len(s) == 19 && p.o.SourceZone == p.o.Zone && plainClock(s[10:]):
	case len(s) == 20 && s[19] == 'Z' && p.utc && plainClock(s[10:]):
	default:
		return 0, false
	}
	const zeros = 0x2d30302d30303030 // 0000-00-
	ymd, d := binary.LittleEndian.Uint64(s)^zeros, uint(binary.LittleEndian.Uint16(s[8:]))^0x3030
	if (ymd|(ymd+0x7f76767f76767676))&highBits != 0 || (d|(d+0x7676))&0x8080 != 0 {
		return 0, false
	}
	year := int(ymd&15)*1000 + int(ymd>>8&15)*100 + int(ymd>>16&15)*10 + int(ymd>>24&15)
	month := int(ymd>>40&15)*10 + int(ymd>>48&15)
	day := int(d&15)*10 + int(d>>8)
	if year < 1900 || month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(year, month) {
		return 0, false
	}
	return civil(year, month, day), true
}

// plainClock tells whether a text begins as T15:04:05 or with a space.
func plainClock(s []byte) bool {
	two := func(i int) int { // of digits, else more than any clock has
		if s[i]-'0' > 9 || s[i+1]-'0' > 9 {
			return 99
		}
		return int(s[i]-'0')*10 + int(s[i+1]-'0')
	}
	return (s[0] == 'T' || s[0] == ' ') && s[3] == ':' && s[6] == ':' && two(1) < 24 && two(4) < 60 && two(7) < 60
}

// fastAmount reads an amount: one of two decimals and up to five digits before
// them at once, any other digit by digit.
func (p *parser) fastAmount(buf []byte, from, to int) (int64, bool) {
	negative := from < to && buf[from] == '-'
	if negative {
		from++
	}
	n := to - from
	if p.decimals == 2 && n >= 4 && n <= 8 && to >= 8 && buf[to-3] == p.point {
		const zeros = 0x30 * eachByte
		word := binary.LittleEndian.Uint64(buf[to-8:])
		gone := (8 - n) * 8 // bits of what is before the amount
		word = word>>gone<<gone | zeros>>(n*8)
		digits := (word&(1<<40-1)<<8 | word>>48<<48 | '0') ^ zeros
		if (digits|(digits+0x76*eachByte))&highBits == 0 {
			digits = digits * (10<<8 + 1) >> 8 & 0x00ff00ff00ff00ff
			digits = digits * (100<<16 + 1) >> 16 & 0x0000ffff0000ffff
			v := int64(digits * (10000<<32 + 1) >> 32)
			if negative {
				v = -v
			}
			return v, true
		}
	}
	if n == 0 || negative && (buf[from] == '-' || buf[from] == '+') {
		return 0, false
	}
	text := buf[from:to]
	v, err := parseAmount(unsafe.String(unsafe.SliceData(text), len(text)), p.decimals, p.point)
	if negative {
		v = -v
	}
	return v, err == nil
}
