package segment

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/winnow-gate/winnow/rules/written"
)

func (p *parser) readCSV(in *bufio.Reader) error {
	comma := p.o.Comma
	if comma == 0 {
		start, _ := in.Peek(4 << 10) // what is there, when it is less
		comma = written.Separator(start, ",;\t|")
	}
	if comma < ' ' && comma != '\t' || comma == '"' || comma > '~' {
		return fmt.Errorf("%q can't separate columns", comma)
	}
	rows := csvRows{in: in, comma: byte(comma)}
	header, _, err := rows.next()
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: %w", errMissing, ErrEmpty)
	case err != nil:
		return fmt.Errorf("can't read the header: %w", err)
	}
	header = trimmed(header)
	if !utf8.ValidString(strings.Join(header, "")) {
		return ErrEncoding
	}
	if err := p.choose(header); err != nil {
		return err
	}
	at := p.positions(header)
	p.guessWriting(in, byte(comma), len(header), &at)
	fast := p.fast(&rows, len(header), at)
	for {
		if err := fast.take(in); err != nil {
			return err
		}
		row, line, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return p.end()
		case errors.Is(err, errQuote):
			p.report.Rows++
			p.bad(line, err.Error())
		case err != nil:
			return fmt.Errorf("can't read on after line %d: %w", line, err)
		default:
			if err := p.record(row, line, len(header), &at); err != nil {
				return err
			}
		}
	}
}

func (p *parser) record(row []string, line, width int, at *[colCount]int) error {
	if p.seen != nil && p.repeated(strings.Join(row, "\x1f")) {
		return nil
	}
	if len(row) != width {
		p.report.Rows++
		p.bad(line, fmt.Sprintf("the row has %d fields, the header %d", len(row), width))
		return nil
	}
	var values [colCount]string
	for i, j := range at {
		if j >= 0 {
			values[i] = row[j]
		}
	}
	return p.row(line, &values)
}

// positions are the columns' places in the header, -1 for none.
func (p *parser) positions(header []string) (at [colCount]int) {
	for i, name := range p.report.Columns.list() {
		at[i] = -1
		for j, h := range header {
			if *name != "" && h == *name {
				at[i] = j
				break
			}
		}
	}
	return at
}

var errQuote = errors.New("the quotes don't match: double a quote inside a field, and quote the field")

// A quoted field may span so much; beyond, the quote was a slip.
const (
	maxQuotedLines = 100
	maxQuotedBytes = 1 << 16
)

// csvRows reads rows: those without a quote, nearly all, by cutting the line at
// the separators, the others by encoding/csv. Doing it line by line also keeps a
// stray quote from swallowing the rest of the file: only its own line is lost.
type csvRows struct {
	in     *bufio.Reader
	comma  byte
	line   int      // that was read last
	again  []string // lines to read once more, the next one last
	fields []string
}

// next is a row, valid until the next call, and the line it begins on. errQuote
// is about this row only.
func (r *csvRows) next() ([]string, int, error) {
	for {
		text, err := r.read()
		switch {
		case err != nil:
			return nil, r.line, err
		case text == "":
			continue
		case strings.IndexByte(text, '"') < 0:
			return r.split(text), r.line, nil
		}
		line := r.line
		row, err := r.quoted(text)
		return row, line, err
	}
}

func (r *csvRows) split(text string) []string {
	r.fields = r.fields[:0]
	for {
		i := strings.IndexByte(text, r.comma)
		if i < 0 {
			r.fields = append(r.fields, text)
			return r.fields
		}
		r.fields = append(r.fields, text[:i])
		text = text[i+1:]
	}
}

// quoted reads a row with quotes, and the lines it goes on over.
func (r *csvRows) quoted(text string) ([]string, error) {
	text = strings.Clone(text) // the lines after it go into the same buffer
	lines, size := []string{text}, len(text)
	open := strings.Count(text, `"`)%2 == 1
	for open && len(lines) < maxQuotedLines && size < maxQuotedBytes {
		more, err := r.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		more = strings.Clone(more)
		lines, size = append(lines, more), size+len(more)
		open = open != (strings.Count(more, `"`)%2 == 1)
	}
	c := csv.NewReader(strings.NewReader(strings.Join(lines, "\n")))
	c.Comma = rune(r.comma)
	row, err := c.Read()
	if err == nil {
		if _, err = c.Read(); errors.Is(err, io.EOF) {
			return row, nil
		}
	}
	r.line -= len(lines) - 1
	for i := len(lines) - 1; i > 0; i-- {
		r.again = append(r.again, lines[i])
	}
	return nil, errQuote
}

// read is the next line without its end. It lies in the reader's buffer, and so
// is valid until the next call: a string of its own for each of a million lines
// would be a fifth of the reading.
func (r *csvRows) read() (string, error) {
	if n := len(r.again); n > 0 {
		text := r.again[n-1]
		r.again = r.again[:n-1]
		r.line++
		return text, nil
	}
	text, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		var rest []byte
		text = append([]byte(nil), text...)
		rest, err = r.in.ReadBytes('\n')
		text = append(text, rest...)
	}
	if err != nil && (len(text) == 0 || !errors.Is(err, io.EOF)) {
		return "", err
	}
	r.line++
	if n := len(text); n > 0 && text[n-1] == '\n' {
		text = text[:n-1]
	}
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	return unsafe.String(unsafe.SliceData(text), len(text)), nil
}

func trimmed(header []string) []string {
	out := make([]string, len(header))
	for i, h := range header {
		out[i] = strings.Clone(strings.TrimSpace(h))
	}
	return out
}
