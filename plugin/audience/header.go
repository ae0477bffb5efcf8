package audience

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/field"
)

// Found is what a column was taken for.
type Found struct {
	Column
	// Type is that of the field it fills, "" when it fills none.
	Type string `json:"type,omitempty"`
	// How says why it was taken for that, or why for nothing.
	How string `json:"how"`
	// Seen and Fit count the values looked at that are not blank, and those that
	// are what the field's type wants.
	Seen int `json:"seen"`
	Fit  int `json:"fit"`
	// Note is what a person should look at, or "".
	Note string `json:"note,omitempty"`
}

// beginCSV reads the header and finds out what the columns are.
func (r *Reader) beginCSV() error {
	m := Mapping{}
	given := r.opts.Mapping != nil
	if given {
		m = *r.opts.Mapping
	}
	if said := r.dropSeparatorLine(); m.Separator == "" {
		m.Separator = cmp.Or(said, string(guessSeparator(r.tail)))
	}
	sep := m.Separator[0]
	header, err := r.header(sep)
	if err != nil {
		return err
	}
	sample := r.sample(sep, len(header))
	if given {
		r.found, err = m.apply(header, r.opts.Fields)
		if r.opts.Complete {
			r.eachField(sample, func(f *Found, t field.Type, values []string) { f.complete(t, values, sep) })
		}
	} else {
		r.found = guessColumns(header, sample, r.opts.Fields, sep)
	}
	if err != nil {
		return err
	}
	columns := make([]Column, len(r.found))
	for i := range r.found {
		columns[i] = r.found[i].Column
	}
	if r.plan, err = newPlan(&m, columns, r.opts.Fields); err != nil {
		return err
	}
	if m.Columns = columns; m.Encoding == "" {
		m.Encoding = r.opts.Encoding
	}
	r.mapping = &m
	r.try(sample)
	if given && !r.opts.Complete {
		r.eachField(sample, func(f *Found, t field.Type, values []string) {
			if lacks := f.lacks(t, values, sep); f.Fit < f.Seen && lacks != "" {
				f.Note = fmt.Sprintf("%d of the first %d values are no %s; the mapping could say %s", f.Seen-f.Fit, f.Seen, f.Type, lacks)
			}
		})
	}
	if r.opts.Nameless {
		return nil
	}
	return r.Named()
}

// eachField calls do for each column that fills a field, with its type and the
// values of the sample.
func (r *Reader) eachField(sample [][][]byte, do func(f *Found, t field.Type, values []string)) {
	for i := range r.found {
		f := &r.found[i]
		if at := slices.IndexFunc(r.opts.Fields, func(x field.Field) bool { return x.Path == f.Field }); at >= 0 {
			do(f, r.opts.Fields[at].Type, columnOf(sample, i))
		}
	}
}

// header takes the header off the front.
func (r *Reader) header(sep byte) ([]string, error) {
	for {
		how, next := record(r.tail, sep, r.opts.MaxRow, r.eof)
		switch how {
		case broken:
			return nil, fmt.Errorf("line %d, the header: %w", r.at.Line, errQuote)
		case tooLong, partial:
			return nil, fmt.Errorf("the header has more than %d bytes: is this a CSV file?", min(len(r.tail), r.opts.MaxRow))
		}
		raw := bytes.TrimRight(r.tail[:next], "\r\n")
		lines := countLines(r.tail[:next])
		if !utf8.Valid(raw) {
			return nil, fmt.Errorf("line %d, the header: %w", r.at.Line, ErrEncoding)
		}
		if bytes.IndexByte(raw, 0) >= 0 {
			return nil, errors.New("the header holds NUL bytes: this is not a text file, or one of another encoding (utf-16)")
		}
		cells, _ := cutCells(nil, nil, raw, sep)
		names := make([]string, len(cells))
		for i, c := range cells {
			names[i] = strings.TrimSpace(string(c))
		}
		blank := len(bytes.TrimSpace(raw)) == 0
		r.drop(next, lines)
		if !blank {
			for len(names) > 1 && names[len(names)-1] == "" { // a separator behind the last value
				names = names[:len(names)-1]
			}
			return names, nil
		}
		if len(r.tail) == 0 {
			return nil, ErrEmpty
		}
	}
}

// sample is the cells of the first rows.
func (r *Reader) sample(sep byte, columns int) [][][]byte {
	const most = 1000
	var out [][][]byte
	for data := r.tail; len(data) > 0 && len(out) < most; {
		how, next := record(data, sep, r.opts.MaxRow, r.eof)
		if how == partial || how == tooLong {
			break
		}
		raw := bytes.TrimRight(data[:next], "\r\n")
		if data = data[next:]; how == broken || len(raw) == 0 {
			continue
		}
		r.looked++
		if !utf8.Valid(raw) {
			r.foreign++
			continue
		}
		if cells, _ := cutCells(nil, nil, raw, sep); len(cells) >= columns {
			out = append(out, cells)
		}
	}
	return out
}

// try counts the values of the sample that are what their fields want.
func (r *Reader) try(sample [][][]byte) {
	var visit func(n *node)
	visit = func(n *node) {
		if c := n.cell; c != nil && !c.number {
			r.found[c.at].Type = c.typ.String()
			for _, cells := range sample {
				c.count(&r.found[c.at], cells[c.at])
			}
		}
		for _, k := range n.kids {
			visit(k)
		}
	}
	visit(&r.plan.root)
}

func (c *cell) count(f *Found, text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || c.isEmpty(text) {
		return
	}
	f.Seen++
	if c.typ.Kind == field.List {
		f.Fit++
		return
	}
	if _, fits := c.one(nil, c.typ.Kind, text); fits {
		f.Fit++
	}
}

// Named is nil when rows say whom they are about, else ErrNameless.
func (r *Reader) Named() error {
	if r.plan == nil || r.plan.rowID != "" {
		return nil
	}
	for _, f := range r.found {
		if f.Field == "contact.id" || f.Field == "contact.email" {
			return nil
		}
	}
	return ErrNameless
}

// ErrNameless: rows do not say whom they are about.
var ErrNameless = errors.New("no column is the contact's id or address: name one as contact.id or contact.email in a mapping (winnow map FILE --write contacts.map), or set row_id there")

// apply finds the mapping's columns in a header.
func (m *Mapping) apply(header []string, fields []field.Field) ([]Found, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	for _, c := range m.Columns {
		if c.Field != "" && !slices.ContainsFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(c.Name), h) }) {
			return nil, fmt.Errorf("the mapping names a column %q, and the file has none: its columns are %s", c.Name, quotedList(header))
		}
	}
	out := make([]Found, len(header))
	used, met := map[string]bool{}, map[string]int{}
	for i, h := range header {
		c, named := m.column(h, met[h])
		met[h]++
		out[i] = Found{Column: c, How: "as the mapping says"}
		switch {
		case !named:
			out[i].How = "the mapping does not name it"
		case c.Field == "":
			out[i].How = "left out by the mapping"
		case used[c.Field]:
			out[i].Field, out[i].How = "", "an earlier column has the same name"
		}
		used[out[i].Field] = true
	}
	return out, nil
}

func quotedList(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
