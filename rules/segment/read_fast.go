package segment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// Nearly all rows of nearly all files are plain: a date as 2006-01-02, an amount,
// a customer, quotes around nothing but whole fields. Those are read here, where
// they lie in the reader's buffer and eight bytes at a time. A row that is
// anything else is left, untouched, to the way that knows all rules; both give
// the same for a row that both can read.

// fastColumns is the most columns a row may have here.
const fastColumns = 64

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

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
	for start := 0; ; {
		end, ok := f.split(buf, start)
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
		} else if err = f.p.refused(f.lines.line, o.Amount, err); err != nil {
			return start, err
		}
	}
}

// split finds the fields of the row that begins at start, and where the next one
// does. The quotes around a field are left out; a quote anywhere else, and a
// number of fields that is not the header's, are not plain.
func (f *fastRows) split(buf []byte, start int) (next int, ok bool) {
	from := start
	for field := range f.width {
		at := from
		if field == f.at[colDate] && from+dateSize < len(buf) && buf[from+dateSize] == f.lines.comma {
			at += dateSize // if it is a date, there is nothing else in it: order will see
		} else if at = f.next(buf, from); at < 0 {
			return 0, false
		}
		to := at
		switch c := buf[at]; {
		case c == '"':
			if from, to, at, ok = f.quoted(buf, from, at); !ok {
				return 0, false
			}
		case c == '\n' && at > from && buf[at-1] == '\r':
			to--
		}
		if (buf[at] == '\n') != (field == f.width-1) {
			return 0, false
		}
		f.from[field], f.to[field] = int32(from), int32(to)
		from = at + 1
	}
	return from, true
}

// next is the place of the first separator, quote or end of line from a place on,
// -1 when it can't be seen.
func (f *fastRows) next(buf []byte, from int) int {
	comma := uint64(f.lines.comma) * eachByte
	for at := from; at+8 <= len(buf); at += 8 {
		w := binary.LittleEndian.Uint64(buf[at:])
		if found := (zeroBytes(w^comma) | zeroBytes(w^'\n'*eachByte) | zeroBytes(w^'"'*eachByte)) & highBits; found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	return -1
}

// zeroBytes has the high bit of the first byte that is zero, and of none before;
// its other bits mean nothing.
func zeroBytes(w uint64) uint64 { return (w - eachByte) &^ w }

// quoted finds what is between the quotes of a field that begins at from with
// the quote at first, and the separator or end of line behind.
func (f *fastRows) quoted(buf []byte, from, first int) (start, end, at int, ok bool) {
	start = from + 1
	size := bytes.IndexByte(buf[start:], '"')
	if first != from || size < 0 || bytes.IndexByte(buf[start:start+size], '\n') >= 0 {
		return 0, 0, 0, false
	}
	end = start + size
	at = end + 1
	if at+1 < len(buf) && buf[at] == '\r' && buf[at+1] == '\n' {
		at++
	}
	return start, end, at, at < len(buf) && (buf[at] == f.lines.comma || buf[at] == '\n')
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
	return o, isTrimmed(o.Customer) && !(p.o.FoldCase && hasCapital(o.Customer))
}

// text is a field, valid as long as the buffer is.
func (f *fastRows) text(buf []byte, i int) string {
	s := buf[f.from[i]:f.to[i]]
	return unsafe.String(unsafe.SliceData(s), len(s))
}

// hasCapital tells of a text that may have a capital.
func hasCapital(s string) bool {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' || c >= 0x80 {
			return true
		}
	}
	return false
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
