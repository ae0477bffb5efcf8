package segment

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Columns name the columns of an order file; in NDJSON a dotted path reads a
// nested value. An empty name is guessed from the header for Customer, Date,
// Amount, Currency, Order and Kind; None leaves an optional one out. Margin is
// read only when named.
type Columns struct {
	Customer, Date, Amount, Currency, Order, Kind, Margin string
}

// None as a column name says that there is no such column.
const None = "-"

// Format is how the rows are written.
type Format string

// The formats; empty is told by the first byte of the file.
const (
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
)

// ReadOptions say how to read an order file. The zero value guesses, and tells
// what it guessed.
type ReadOptions struct {
	Columns Columns
	Format  Format
	// Comma separates the columns; zero is told by the header: comma, semicolon,
	// tab or bar.
	Comma rune
	// DecimalComma reads 1,50 as one and a half. Without it a CSV file decides
	// whose first rows write all their decimals so; elsewhere that is a bad row.
	DecimalComma bool
	// Currency is the currency of the analysis. Rows in another are bad rows.
	// Empty takes that of the currency column, which must then be one; without
	// such a column the money has no name.
	Currency string
	// Decimals is how many decimals amounts have: see [Options].
	Decimals int
	// Zone is where an instant becomes a date; nil is UTC.
	Zone *time.Location
	// SourceZone is the zone of date-times that name none; nil is Zone. A date
	// alone is never moved.
	SourceZone *time.Location
	// DateLayout reads dates by a layout of package time, 02/01/2006 for
	// 23/11/2026, or "unix" or "unixms".
	// Empty reads 2006-01-02 and 02.01.2006, alone or followed by a time.
	// 01/02/1997 needs a layout, unless the first rows of a CSV file tell which of
	// the two is the month.
	DateLayout string
	// DropDuplicates leaves out rows that repeat an earlier row to the byte and
	// counts them. It costs 16 bytes or more a row. By default they are kept: two
	// equal purchases on one day happen.
	DropDuplicates bool
	// FoldCase makes one customer of keys that differ by case alone, as addresses
	// do.
	FoldCase bool
	// MaxBad is how many bad rows are listed, default 20, none below 0; all are
	// counted.
	MaxBad int
}

// BadRow is a row that was skipped. It holds no value of the row, which may be
// personal.
type BadRow struct {
	Line   int // from 1; of a row over several lines, the first
	Reason string
}

// Reason counts the rows skipped for one reason.
type Reason struct {
	Reason string
	Rows   int
}

// ReadReport says what was read and what was not.
type ReadReport struct {
	Format      Format
	Compressed  bool     // it was gzip
	Columns     Columns  // as used; empty where there is none
	Guessed     []string // what was guessed, as "date: order_date"
	Currency    string   // of the amounts; empty is unnamed
	Decimals    int      // of a minor unit
	Rows        int      // rows after the header
	Taken       int      // rows handed on
	Bad         int      // rows skipped
	Duplicates  int      // rows left out as duplicates, not among the bad
	Unlinked    int      // bad rows that only lack a customer
	UnlinkedSum int64    // what they come to, minor units
	BadRows     []BadRow // the first of the bad ones
	Reasons     []Reason // most frequent first
}

// ErrEmpty: there is not even a header.
var ErrEmpty = errors.New("the file is empty")

// errMissing is a required column that is not there.
var errMissing = errors.New("can't tell the columns")

// ErrCurrencies says that a file mixes currencies and none was asked for.
var ErrCurrencies = errors.New("the orders are in several currencies: name the one to analyse, the others are left out")

// ErrEncoding says that the names of the columns are not UTF-8.
var ErrEncoding = errors.New("the header is not UTF-8: name the encoding of the file")

// Read reads orders from CSV or NDJSON, plain or gzip, in one pass, and hands
// each to add; the texts of an order are valid until add returns. A bad row, or one that add refuses, is counted, listed with its
// line and skipped. It fails when the stream can't be read, when a needed column
// is neither named nor guessed, with [ErrCurrencies], and when add gives
// [ErrTotal]. The report is never nil.
func Read(r io.Reader, o ReadOptions, add func(Order) error) (*ReadReport, error) {
	report := &ReadReport{}
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		unzipped, err := gzip.NewReader(in)
		if err != nil {
			return report, fmt.Errorf("the file begins as gzip but isn't: %w", err)
		}
		report.Compressed = true
		in = bufio.NewReaderSize(unzipped, 1<<16)
	}
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		in.Discard(3) //nolint:errcheck // three bytes were just seen
	}
	report.Format = o.Format
	if report.Format == "" {
		report.Format = detect(in)
	}
	p := newParser(o, report, add)
	var err error
	switch report.Format {
	case CSV:
		err = p.readCSV(in)
	case NDJSON:
		err = p.readJSON(in)
	default:
		err = fmt.Errorf("there is no format %q: csv or ndjson", report.Format)
	}
	p.finish()
	return report, err
}

func detect(in *bufio.Reader) Format {
	start, _ := in.Peek(512)
	if strings.HasPrefix(strings.TrimLeftFunc(string(start), unicode.IsSpace), "{") {
		return NDJSON
	}
	return CSV
}

// The columns in the order in which rows are handed to the parser.
const (
	colCustomer = iota
	colDate
	colAmount
	colCurrency
	colOrder
	colKind
	colMargin
	colCount
)

func (c *Columns) list() [colCount]*string {
	return [colCount]*string{&c.Customer, &c.Date, &c.Amount, &c.Currency, &c.Order, &c.Kind, &c.Margin}
}

// choose settles the columns by name, from what the file has.
func (p *parser) choose(header []string) error {
	p.report.Columns = p.o.Columns
	var errs []error
	for i, name := range p.report.Columns.list() {
		switch {
		case *name == None:
			*name = ""
		case *name != "":
			if !has(header, *name) {
				errs = append(errs, fmt.Errorf("there is no column %q", *name))
			}
		default:
			if *name = guess(header, columnNames[i].names); *name != "" {
				p.report.Guessed = append(p.report.Guessed, columnNames[i].what+": "+*name)
			}
		}
		if *name == "" && i <= colAmount {
			errs = append(errs, fmt.Errorf("no column looks like the %s", columnNames[i].what))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	missing := make([]string, len(errs))
	for i, err := range errs {
		missing[i] = err.Error()
	}
	return fmt.Errorf("%w: %s; the file has %s", errMissing, strings.Join(missing, ", "), strings.Join(header, ", "))
}
