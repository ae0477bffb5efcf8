package audience

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/winnow-gate/winnow/rules/field"
)

// Format is how a file writes contacts.
type Format uint8

// Auto goes by the file's name and, failing that, its first byte.
const (
	Auto Format = iota
	CSV
	NDJSON
)

// String is the name of the format.
func (f Format) String() string { return [...]string{"auto", "csv", "ndjson"}[f] }

// Options of reading. The zero value reads what it can tell by itself.
type Options struct {
	// Name is the file's name, for the format and for messages. Open sets it.
	Name string
	// Format is CSV or NDJSON; the zero value finds out.
	Format Format
	// Encoding is what text is written in: utf-8, utf-16, windows-1250, -1251,
	// -1252, iso-8859-1 or -2. "" means the mapping's, and UTF-8 or UTF-16 by its
	// byte-order mark if that has none.
	Encoding string
	// Mapping says what the columns of a CSV file are; nil guesses.
	Mapping *Mapping
	// Complete fills in how values are written where Mapping does not say: for
	// looking at a file and mending its mapping.
	Complete bool
	// Fields are those that columns may fill: a bundle's Schema().Fields(). Nil
	// means the canonical ones.
	Fields []field.Field
	// Nameless opens a CSV file though no column is the contact's id or address.
	// Its rows are good for looking at only.
	Nameless bool
	// MaxRow is the size in bytes of one row; 0 means 1 MiB.
	MaxRow int
	// BlockSize is about how many bytes a block has; 0 means 256 KiB.
	BlockSize int
}

func (o Options) withDefaults() Options {
	if o.MaxRow <= 0 {
		o.MaxRow = 1 << 20
	}
	if o.BlockSize <= 0 {
		o.BlockSize = 256 << 10
	}
	if o.Fields == nil {
		o.Fields = field.Canonical()
	}
	return o
}

// ErrEmpty: there is not a byte in the file.
var ErrEmpty = errors.New("the file is empty")

// Row is one contact.
type Row struct {
	// Line is the line that the row begins on, from 1.
	Line int64
	// Body is the contact as a decide body, {"contact":{…},…}; nil when Err is
	// set. NDJSON is passed on as it is: whether it is JSON shows when it is
	// decoded. Body and Raw are good until the row is read into again, and no longer
	// than the block that they are from.
	Body []byte
	// Raw is the row as it stands in the file, without its line end.
	Raw []byte
	// Err says why the row can't be used, without values of the contact.
	Err error

	buf []byte // what Body is in where it is not Raw
}

// Reader reads one file of contacts. It serves one goroutine at a time.
type Reader struct {
	opts    Options
	src     source
	plan    *plan // of a CSV file
	found   []Found
	mapping *Mapping
	tail    []byte // read, but not given out
	at      Place  // of the tail's first byte
	first   Place  // of the first row
	eof     bool
	err     error // why reading ended, if not at the end of the file
	looked  int   // rows looked at for guessing
	foreign int   // those of them that are not UTF-8
	block   Block // for Next
	rows    *Scanner
	row     Row
}

// Place is a point between two rows of a file.
type Place struct {
	// Offset counts the bytes before it, after unpacking and decoding.
	Offset int64 `json:"offset"`
	// Line is the number of the line that begins there.
	Line int64 `json:"line"`
}

// Open opens a file of contacts.
func Open(path string, o Options) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if o.Name == "" {
		o.Name = path
	}
	r, err := New(f, o)
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	r.src.file = f
	return r, nil
}

// New reads contacts from a stream. It reads the beginning at once, to find out
// what it is.
func New(in io.Reader, o Options) (*Reader, error) {
	r := &Reader{opts: o.withDefaults(), at: Place{Line: 1}}
	if o.Mapping != nil && o.Encoding == "" {
		r.opts.Encoding = o.Mapping.Encoding
	}
	err := r.src.open(in, r.opts.Encoding)
	if err == nil {
		err = r.begin()
	}
	if err != nil {
		r.src.close()
		return nil, err
	}
	return r, nil
}

// sampleSize is how much of a file is looked at to find out what it is.
const sampleSize = 256 << 10

func (r *Reader) begin() error {
	r.tail = make([]byte, 0, max(sampleSize, r.opts.BlockSize))
	if err := r.fill(sampleSize); err != nil {
		return err
	}
	if len(r.tail) == 0 {
		if r.err != nil {
			return r.err
		}
		return ErrEmpty
	}
	if string(r.tail[:min(3, len(r.tail))]) == "\xef\xbb\xbf" {
		r.drop(3, 0)
	}
	if r.opts.Format == Auto {
		r.opts.Format = guessFormat(r.opts.Name, r.tail)
	}
	var err error
	if r.opts.Format == CSV {
		err = r.beginCSV()
	} else if first := firstByte(r.tail); first == '[' {
		err = fmt.Errorf("this is one JSON array, not a contact a line: make it so with jq -c '.[]'")
	}
	r.first = r.at
	r.rows = r.NewScanner()
	return err
}

// Format is CSV or NDJSON.
func (r *Reader) Format() Format { return r.opts.Format }

// Encoding is what was said of how text is written: see Options.
func (r *Reader) Encoding() string { return r.opts.Encoding }

// Mapping is what the columns are read by; nil for NDJSON.
func (r *Reader) Mapping() *Mapping { return r.mapping }

// Foreign tells how many of the first rows of a CSV file are not UTF-8, and of how
// many: people whose names have an umlaut, say.
func (r *Reader) Foreign() (n, of int) { return r.foreign, r.looked }

// Guessed tells that the mapping of a CSV file was guessed, not given.
func (r *Reader) Guessed() bool { return r.mapping != nil && r.opts.Mapping == nil }

// Columns tells of each column of a CSV file what it was taken for, and why.
func (r *Reader) Columns() []Found { return r.found }

// First is where the rows begin.
func (r *Reader) First() Place { return r.first }

// Size is the size in bytes of the file as it is stored, 0 when unknown, and how
// many of them have been read.
func (r *Reader) Size() (size, read int64) { return r.src.size(), r.src.read.Load() }

// Next gives the next row, which is good until another is asked for. At the end of
// the file the error is io.EOF; after another one, nothing more comes.
func (r *Reader) Next() (Row, error) {
	for {
		if r.rows.Next(&r.row) {
			return r.row, nil
		}
		if err := r.Read(&r.block); err != nil {
			return Row{}, err
		}
		r.rows.Reset(&r.block)
	}
}

// Close closes what Open opened.
func (r *Reader) Close() error { return r.src.close() }
