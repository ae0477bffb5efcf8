package segment

import (
	"errors"
	"fmt"
	"io"
)

// Rows is a table that is no file: the answer to a query, say.
type Rows struct {
	// Header names the columns.
	Header []string
	// Next gives the next row as text, empty for no value, and io.EOF after the
	// last. It may give the same slice each time.
	Next func() ([]string, error)
}

// ReadRows is [Read] for rows that come from elsewhere. The line of a bad row is
// its number, from 1.
func ReadRows(rows Rows, o ReadOptions, add func(Order) error) (*ReadReport, error) {
	report := &ReadReport{Format: "rows"}
	p := newParser(o, report, add)
	err := p.readRows(rows)
	p.finish()
	return report, err
}

func (p *parser) readRows(rows Rows) error {
	header := trimmed(rows.Header)
	if err := p.choose(header); err != nil {
		return err
	}
	at := p.positions(header)
	for line := 1; ; line++ {
		row, err := rows.Next()
		switch {
		case errors.Is(err, io.EOF):
			return p.end()
		case err != nil:
			return fmt.Errorf("can't read on after row %d: %w", line-1, err)
		}
		if err := p.record(row, line, len(header), &at); err != nil {
			return err
		}
	}
}
