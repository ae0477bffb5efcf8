package audience

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/sys/cpu"
)

// Scanner cuts blocks into rows. Each worker has its own.
type Scanner struct {
	plan *plan // nil for NDJSON
	max  int
	data []byte
	line int64
	long bool
	room []byte
	cell [][]byte
	_    cpu.CacheLinePad // workers' scanners are made one after the other
}

// NewScanner makes a scanner for blocks of this reader.
func (r *Reader) NewScanner() *Scanner { return &Scanner{plan: r.plan, max: r.opts.MaxRow} }

// Reset goes to a block.
func (s *Scanner) Reset(b *Block) { s.data, s.line, s.long = b.Data, b.Start.Line, b.long }

// Next reads the block's next row, false when there is none. Its memory is used
// again by the next call with the same row.
func (s *Scanner) Next(row *Row) bool {
	if s.long {
		s.long = false
		*row = Row{Line: s.line, Err: s.tooLong(), buf: row.buf}
		return true
	}
	for len(s.data) > 0 {
		*row = Row{Line: s.line, buf: row.buf}
		if s.plan == nil {
			s.object(row)
		} else {
			s.record(row)
		}
		if row.Err != nil || len(row.Raw) > 0 {
			return true
		}
	}
	return false
}

// object takes a line of NDJSON.
func (s *Scanner) object(row *Row) {
	end, next := lineEnd(s.data, true)
	if end < 0 {
		end, next = len(s.data), len(s.data)
	}
	line := s.data[:end]
	s.data, s.line = s.data[next:], s.line+1
	row.Raw = bytes.Trim(line, " \t")
	if row.Body = row.Raw; len(line) > s.max {
		row.Body, row.Err = nil, s.tooLong()
	}
}

func (s *Scanner) tooLong() error {
	return fmt.Errorf("the row has more than %d bytes", s.max)
}

// ErrNoEncoding: the encoding that was named is none of those there are.
var ErrNoEncoding = errors.New("there is no encoding")

// ErrEncoding: the text is in an older encoding, and nobody said in which.
var ErrEncoding = errors.New("the text is not UTF-8: if all rows say so, name the encoding (windows-1252, windows-1250, iso-8859-1 …)")

var errQuote = errors.New(`a quote is wrong: a value in "quotes" ends at its closing quote, and quotes within it are doubled`)

// record takes a record of CSV.
func (s *Scanner) record(row *Row) {
	how, next := record(s.data, s.plan.sep, s.max, true)
	if how == tooLong { // its end is in the block, since blocks hold whole rows
		if _, next = lineEnd(s.data, true); next < 0 {
			next = len(s.data)
		}
	}
	raw := s.data[:next]
	s.data = s.data[next:]
	if s.line++; how == whole && bytes.IndexByte(raw, '"') >= 0 {
		s.line += int64(max(countLines(raw), 1) - 1)
	}
	row.Raw = bytes.TrimRight(raw, "\r\n")
	switch {
	case how == tooLong:
		row.Err = s.tooLong()
	case how == broken:
		row.Err = errQuote
	case len(bytes.TrimSpace(row.Raw)) == 0:
		row.Raw = nil
	case !utf8.Valid(row.Raw):
		row.Err = ErrEncoding
	default:
		s.cell, s.room = cutCells(s.cell[:0], s.room[:0], row.Raw, s.plan.sep)
		if row.Err = s.plan.fits(s.cell); row.Err == nil {
			row.buf = s.plan.appendBody(row.buf[:0], s.cell, row.Line)
			row.Body = row.buf
		}
	}
}
