package segment

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// TableOptions say what a class table holds besides the classes.
type TableOptions struct {
	// Key heads the first column, the customer's key; default contact.id.
	Key string
	// Orders adds the orders.* fields of the canonical contact, for platforms
	// that send none.
	Orders bool
	// More adds numbers that the canonical contact lacks: a bundle that reads
	// them declares them.
	More bool
	// Only names the columns to write, all when empty: a table of a million
	// customers is small when rules read two of its columns.
	Only []string
	// Hash replaces the keys by their keyed hashes.
	Hash func(key string) string
	// Bare leaves out the lines at the top that begin with #, for programs that
	// can't pass over them.
	Bare bool
}

// column writes one field of a customer. Nothing written is an unknown value.
type column struct {
	path  string
	write func(b []byte, m *Model, c *Customer) []byte
	same  string // without write: what all customers have
}

// settle fills in what all customers have: the day of the analysis, and the
// currency.
func (m *Model) settle(columns []column) {
	for i := range columns {
		switch c := &columns[i]; {
		case strings.HasSuffix(c.path, ".updated_at"):
			c.same = string(midnight(nil, m.AsOf))
		case strings.HasSuffix(c.path, ".currency"):
			c.same = m.Options.Currency
		}
	}
}

// WriteTable writes a CSV with a row per customer, in the order of keys, whose
// columns are the paths of fields: what a bundle includes so that rules can read
// rfm.segment, abcxyz.abc or trend.slipping. An empty cell is unknown, which is
// not zero. Money is in currency units, exact; the *.updated_at columns are
// midnight UTC of the analysis day, so that max_age can tell a stale table. Lines
// at the top that begin with # say what the classes mean and were fitted to.
func (a *Analysis) WriteTable(w io.Writer, o TableOptions) error {
	columns, err := o.chosen()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	if !o.Bare {
		for _, note := range a.Model.notes() {
			line = append(append(append(line, "# "...), note...), '\n')
		}
	}
	line = append(line, or(o.Key, "contact.id")...)
	for _, c := range columns {
		line = append(append(line, ','), c.path...)
	}
	out.Write(append(line, '\n')) //nolint:errcheck // Flush gives the error
	a.Model.settle(columns)
	for i := range a.Customers {
		c := &a.Customers[i]
		key := c.Key
		if o.Hash != nil {
			key = o.Hash(key)
		}
		line = appendQuoted(line[:0], key)
		for i := range columns {
			line = append(line, ',')
			if col := &columns[i]; col.write != nil {
				line = col.write(line, &a.Model, c)
			} else {
				line = append(line, col.same...)
			}
		}
		out.Write(append(line, '\n')) //nolint:errcheck // Flush gives the error
	}
	return out.Flush()
}

// appendQuoted appends a text as CSV has it.
func appendQuoted(b []byte, text string) []byte {
	for i := range len(text) {
		if text[i] >= '-' { // nearly all
			continue
		}
		switch text[i] {
		case ',', '"', '\n', '\r':
		case ' ', '\t':
			if i > 0 && text[0] < 0x80 {
				continue // a space matters at the beginning
			}
		default:
			continue
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		_ = w.Write([]string{text}) // a buffer takes everything
		w.Flush()
		return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
	}
	return append(b, text...)
}

// Columns are the paths of the columns that a table has after the key.
func (o TableOptions) Columns() []string {
	var out []string

	for _, c := range tableColumns(o) {
		out = append(out, c.path)
	}
	return out
}

// chosen are the columns to write, in the table's own order.
func (o TableOptions) chosen() ([]column, error) {
	all := tableColumns(o)
	if len(o.Only) == 0 {
		return all, nil
	}
	wanted := map[string]bool{}
	for _, path := range o.Only {
		wanted[path] = true
	}
	var out []column
	for _, c := range all {
		if wanted[c.path] {
			out = append(out, c)
			delete(wanted, c.path)
		}
	}
	for _, path := range o.Only {
		if wanted[path] {
			return nil, fmt.Errorf("the table has no column %s; it has %s", path, strings.Join(o.Columns(), ", "))
		}
	}
	return out, nil
}
