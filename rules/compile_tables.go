package rules

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// tableSource is a table before its rows are read.
type tableSource struct {
	id     string
	decl   format.Table
	file   string
	notes  []string // the lines before the header, without their #
	header []string
	body   []byte // the rows
	above  int    // lines before the rows
	secret []byte
	key    *field.Field
}

// declareTables reads the headers of the tables: the fields that contacts are
// found by get their slots. What a table fills in has a slot only if a condition
// reads it, and so the rows wait for the layout.
func (c *compiler) declareTables() {
	filled := map[string]string{}
	for _, f := range c.files {
		for _, e := range f.Tables {
			if !c.identified("table", e.Key) {
				continue
			}
			if t, ok := c.tableSource(f.Path, e, filled); ok {
				c.build.Slot(t.key.Path)
				c.tables = append(c.tables, t)
			}
		}
	}
}

func (c *compiler) tableSource(from string, e format.Entry[format.Table], filled map[string]string) (*tableSource, bool) {
	t := &tableSource{id: e.Key.Value, decl: e.Value}
	var ok bool
	if t.file, t.body, ok = c.csvFile(from, t.decl.File, "a table"); !ok {
		return nil, false
	}
	if t.secret, ok = c.secret(t.decl.Hashed); !ok {
		return nil, false
	}
	t.cutNotes()
	if !c.savedAsCSV(diag.Place{File: t.file, Line: t.above + 1, Column: 1}, diag.BadTable, t.body) {
		return nil, false
	}
	r := csv.NewReader(bytes.NewReader(t.body))
	header, err := r.Read()
	if err != nil {
		c.fail(diag.Place{File: t.file, Line: t.above + 1, Column: 1}, diag.BadTable, "the table has no header", "the first line names fields: contact.id,rfm.segment,…")
		return nil, false
	}
	rest := t.body[r.InputOffset():]
	t.above += bytes.Count(t.body, []byte{'\n'}) - bytes.Count(rest, []byte{'\n'})
	t.header, t.body = header, rest
	return t, c.tableHeader(t, filled)
}

// cutNotes takes the lines that begin with # off the top.
func (t *tableSource) cutNotes() {
	t.body = bytes.TrimPrefix(t.body, []byte("\ufeff"))
	for bytes.HasPrefix(t.body, []byte{'#'}) {
		line, rest, _ := bytes.Cut(t.body, []byte{'\n'})
		t.notes = append(t.notes, strings.TrimSpace(string(line[1:])))
		t.body = rest
		t.above++
	}
}

// tableHeader checks that the columns are fields, each filled in by one table.
func (c *compiler) tableHeader(t *tableSource, filled map[string]string) bool {
	ok := true
	for i, path := range t.header {
		path = strings.TrimSpace(path)
		t.header[i] = path
		at := diag.Place{File: t.file, Line: t.above, Column: 1}
		f, known := c.names.Fields.Lookup(path)
		switch {
		case !known && i > 0:
			c.advise(diag.Hint, at, diag.BadTable, fmt.Sprintf("the column %s is no field, so nothing can read it", path), "declare it under fields:")
			continue
		case !known || i == 0 && !f.Type.Kind.Textual():
			c.fail(at, diag.BadTable, fmt.Sprintf("contacts can't be found by %q", path), "the first column is headed by a field of text, such as contact.id or contact.email")
		case filled[path] != "" && i > 0:
			c.fail(at, diag.BadTable, fmt.Sprintf("the table %s fills in %s already", filled[path], path), "leave the column out of one of them")
		case c.isModuleOutput(path):
			c.fail(at, diag.BadTable, fmt.Sprintf("a module computes %s", path), "leave the column out")
		default:
			if i == 0 {
				t.key = f
			} else {
				filled[path] = t.id
			}
			continue
		}
		ok = false
	}
	return ok
}

func (c *compiler) isModuleOutput(path string) bool {
	_, yes := c.names.Modules[path]
	return yes
}

// compileTables reads the rows, now that it is known which fields are read.
func (c *compiler) compileTables() {
	for _, src := range c.tables {
		t := &table{id: src.id, key: c.out.layout.Slot(src.key.Path), origin: facts.Found}
		if src.key.Sensitivity != field.Keep {
			t.origin = facts.Looked
		}
		var at []int // column of the file by column of the table
		for i, path := range src.header[1:] {
			if slot := c.out.layout.Slot(path); slot >= 0 {
				at = append(at, i+1)
				t.columns = append(t.columns, tableColumn{slot: slot, values: []facts.Slot{{Origin: t.origin}}})
			}
		}
		if c.tableAge(src, t) && c.tableRows(src, t, at) {
			c.out.tables = append(c.out.tables, t)
		}
	}
}

// tableAge settles when the table is stale.
func (c *compiler) tableAge(src *tableSource, t *table) bool {
	t.ends = never
	if src.decl.MaxAge == nil {
		return true
	}
	asOf, ok := src.asOf()
	switch {
	case ok:
		t.ends = asOf.Wall.Add(src.decl.MaxAge.Value).UnixNano()
	case asOf.At.Line > 0:
		c.fail(asOf.At, diag.BadTable, "the day of the table is not a date", "write it as in # as_of: 2026-11-22")
	default:
		c.fail(src.decl.MaxAge.At, diag.BadTable, fmt.Sprintf("max_age counts from the day of the table, and %s says none", src.file), "add as_of: 2026-11-22 beside it")
	}
	return ok
}

// asOf is the day of the table, from the rule file or from a line of its own. It
// has a place when something stands there, date or not.
func (t *tableSource) asOf() (day format.Moment, ok bool) {
	if t.decl.AsOf != nil {
		return *t.decl.AsOf, true
	}
	for i, note := range t.notes {
		if text, found := strings.CutPrefix(note, "as_of:"); found {
			day, ok = format.ParseMoment(strings.TrimSpace(text))
			day.At = diag.Place{File: t.file, Line: i + 1, Column: 1}
			return day, ok
		}
	}
	return format.Moment{}, false
}
