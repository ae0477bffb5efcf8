package lists

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxEntry is how long an entry may be; maxProblems is how many bad lines are
// reported one by one.
const (
	maxEntry    = 1 << 10
	maxProblems = 20
)

// SetOptions say how a list is read. With the zero value each line is an entry
// as it stands.
type SetOptions struct {
	// Column is the name of a column: the list is CSV with a header, and only
	// that column counts. Empty: plain lines.
	Column string
	// First says that the list is CSV without a header, whose first column
	// counts.
	First bool
	// Key, of 16 bytes at least, says that the entries are keyed hashes of the
	// values as [Digest] makes them. Empty: the entries are the values.
	Key []byte
	// Exact has values count byte by byte. Keyed hashes must then be made of
	// values as they are.
	Exact bool
}

// Problem is a line that is no entry. It does not quote the line: lists hold
// personal data.
type Problem struct {
	Line    int
	Message string
}

// ReadError is what is wrong with a list: the first bad lines, and how many more
// there are.
type ReadError struct {
	Problems []Problem
	More     int
}

// Error gives the first problem and the number of the others.
func (e *ReadError) Error() string {
	first := e.Problems[0]
	msg := fmt.Sprintf("line %d of the list: %s", first.Line, first.Message)
	if others := len(e.Problems) - 1 + e.More; others > 0 {
		msg += fmt.Sprintf(" (and %d more)", others)
	}
	return msg
}

// ColumnError says that a list has no column of the name that was asked for.
type ColumnError struct {
	Column string
	Header []string // the columns that there are; none in an empty file
}

// Error names the columns that there are.
func (e *ColumnError) Error() string {
	if len(e.Header) == 0 {
		return fmt.Sprintf("the list has no header to find the column %q in", e.Column)
	}
	return fmt.Sprintf("the list has no column %q: its header names %s", e.Column, strings.Join(e.Header, ", "))
}

// ReadSet reads a list. Empty lines and cells do not count, nor does the byte
// order mark that some programs put first; a value that is there twice counts
// once. Bad lines fail it with a *ReadError.
func ReadSet(r io.Reader, opts SetOptions) (*Set, error) {
	if err := checkKey(opts.Key); err != nil {
		return nil, err
	}
	b := &builder{opts: opts}
	buffered := bufio.NewReaderSize(r, 1<<16)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = buffered.Discard(len(mark))
	}
	read := b.readLines
	if opts.Column != "" || opts.First {
		read = b.readColumn
	}
	if err := read(buffered); err != nil {
		return nil, err
	}
	if len(b.bad.Problems) > 0 {
		return nil, &b.bad
	}
	s := &Set{exact: opts.Exact}
	if len(opts.Key) > 0 {
		s.all, s.mac = b.digests(), newMacer(opts.Key)
	} else {
		s.all, s.seed = printsOf(b.lines)
	}
	return s, nil
}

func checkKey(key []byte) error {
	if len(key) > 0 && len(key) < minKey {
		return fmt.Errorf("the key of a list has %d bytes: take at least %d random ones", len(key), minKey)
	}
	return nil
}

// builder gathers the entries of a plain list as lines, those of a keyed one as
// fingerprints.
type builder struct {
	opts  SetOptions
	lines []byte
	keyed []uint64
	bad   ReadError
}

func (b *builder) digests() prints {
	p := makePrints(len(b.keyed))
	for _, h := range b.keyed {
		p.add(h)
	}
	return p
}

func (b *builder) problem(line int, format string, args ...any) {
	if len(b.bad.Problems) == maxProblems {
		b.bad.More++
		return
	}
	b.bad.Problems = append(b.bad.Problems, Problem{line, fmt.Sprintf(format, args...)})
}

func (b *builder) readLines(r *bufio.Reader) error {
	for line := 1; ; line++ {
		text, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			b.problem(line, "it is longer than %d bytes", maxEntry)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			text = nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading the list: %w", err)
		}
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
		b.add(line, string(text))
		if err != nil {
			return nil
		}
	}
}

func (b *builder) readColumn(in *bufio.Reader) error {
	r := csv.NewReader(in)
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	column, err := b.column(r)
	if err != nil {
		return err
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the list is not CSV: %w", err)
		}
		if column >= len(row) {
			continue
		}
		line, _ := r.FieldPos(column)
		b.add(line, row[column])
	}
}

// column is the column that counts.
func (b *builder) column(r *csv.Reader) (int, error) {
	if b.opts.Column == "" {
		return 0, nil
	}
	header, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("the list is not CSV: %w", err)
	}
	named := func(h string) bool { return strings.TrimSpace(h) == b.opts.Column }
	column := slices.IndexFunc(header, named)
	if column < 0 {
		return 0, &ColumnError{b.opts.Column, slices.Clone(header)}
	}
	if slices.ContainsFunc(header[column+1:], named) {
		return 0, fmt.Errorf("the list has two columns %q: give one of them another name", b.opts.Column)
	}
	return column, nil
}

// add takes an entry in.
func (b *builder) add(line int, value string) {
	blank := strings.TrimSpace(value) == ""
	switch {
	case blank && (!b.opts.Exact || value == ""):
	case len(value) > maxEntry:
		b.problem(line, "it is longer than %d bytes", maxEntry)
	case !utf8.ValidString(value):
		b.problem(line, "it is not UTF-8: save the list as UTF-8")
	case strings.Contains(value, "\n"):
		b.problem(line, "it holds a line break inside the value")
	case len(b.opts.Key) > 0:
		digest, err := hex.DecodeString(strings.TrimSpace(value))
		if err != nil || len(digest) != sha256.Size {
			b.problem(line, "it is not an HMAC-SHA-256 of 64 hexadecimal digits")
			return
		}
		b.keyed = append(b.keyed, digestPrint(digest))
	case b.opts.Exact:
		b.lines = append(append(b.lines, value...), '\n')
	default:
		b.lines = append(normal(b.lines, value), '\n')
	}
}
