package audience

import "bytes"

// extent says how a record of a CSV file ends.
type extent uint8

const (
	whole   extent = iota
	broken         // a quote is wrong; the record is the line that it begins on
	partial        // more of the file is needed to tell
	tooLong        // its line has no end within the limit
)

// record finds the end of the first record in data: next is where the one after
// it begins. A record whose quotes are wrong, or not closed within limit bytes,
// is only as long as its first line: one quote must not swallow the rest of the
// file. final: nothing follows the data.
func record(data []byte, sep byte, limit int, final bool) (how extent, next int) {
	more := len(data) > limit
	end, next := lineEnd(data[:min(len(data), limit+2)], final || more)
	switch {
	case end > limit, end < 0 && more:
		return tooLong, 0
	case end < 0 && !final:
		return partial, 0
	case end < 0:
		end, next = len(data), len(data)
	}
	if bytes.IndexByte(data[:end], '"') < 0 {
		return whole, next
	}
	atEnd := partial // what it means that the data ends within the record
	if final || more {
		atEnd = broken
	}
	how, n := quotedRecord(data[:min(len(data), limit+1)], sep, final && !more, atEnd)
	if how == broken {
		return broken, next
	}
	return how, n
}

// quotedRecord is record for one that has a quote. atEnd is what it is when the
// data ends too early.
func quotedRecord(data []byte, sep byte, final bool, atEnd extent) (how extent, next int) {
	for i := 0; ; i++ { // at the beginning of a value
		if i < len(data) && data[i] == '"' {
			i = closing(data, i+1)
			switch {
			case i < 0:
				return atEnd, 0
			case i < len(data) && data[i] != sep && data[i] != '\n' && data[i] != '\r':
				return broken, 0
			}
		}
		for i < len(data) && data[i] != sep && data[i] != '\n' && data[i] != '\r' {
			i++
		}
		switch {
		case i == len(data) && final:
			return whole, i
		case i == len(data), data[i] == '\r' && i+1 == len(data) && !final:
			return atEnd, 0
		case data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n':
			return whole, i + 2
		case data[i] != sep:
			return whole, i + 1
		}
	}
}

// closing is the index behind the quote that ends a value, or -1. Two quotes
// stand for one.
func closing(data []byte, i int) int {
	for {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return -1
		}
		if i += n + 1; i == len(data) || data[i] != '"' {
			return i
		}
		i++
	}
}

// cutCells appends the values of a whole record to cells. Quoted ones with doubled
// quotes are written anew into room.
func cutCells(cells [][]byte, room, rec []byte, sep byte) (_ [][]byte, _ []byte) {
	for i := 0; ; i++ {
		if i < len(rec) && rec[i] == '"' {
			end := closing(rec, i+1)
			value := rec[i+1 : end-1]
			if bytes.IndexByte(value, '"') >= 0 {
				from := len(room)
				room = appendUnquoted(room, value)
				value = room[from:]
			}
			cells, i = append(cells, value), end
		} else {
			n := bytes.IndexByte(rec[i:], sep)
			if n < 0 {
				return append(cells, rec[i:]), room
			}
			cells, i = append(cells, rec[i:i+n]), i+n
		}
		if i >= len(rec) {
			return cells, room
		}
	}
}

func appendUnquoted(dst, value []byte) []byte {
	for {
		n := bytes.IndexByte(value, '"')
		if n < 0 {
			return append(dst, value...)
		}
		dst = append(dst, value[:n+1]...)
		value = value[n+2:]
	}
}
