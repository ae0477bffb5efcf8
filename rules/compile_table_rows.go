package rules

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/lists"
)

// tableRows reads the rows of the columns that are kept.
func (c *compiler) tableRows(src *tableSource, t *table, at []int) bool {
	r := csv.NewReader(bytes.NewReader(src.body))
	r.ReuseRecord, r.FieldsPerRecord = true, len(src.header)
	reader := tableReader{c: c, t: t, seen: make([]map[string]uint32, len(at))}
	reader.scratch.Reset(c.out.layout)
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			p := csvPlace(src.file, broken)
			p.Line += src.above
			c.fail(p, diag.BadTable, "the row can't be read: "+broken.Err.Error(), "quote values that hold quotes or commas")
			return false
		}
		line, _ := r.FieldPos(0)
		reader.row(row, line+src.above, at)
	}
	return reader.finish(src)
}

// tableReader gathers the rows of a table.
type tableReader struct {
	c       *compiler
	t       *table
	keys    []string
	lines   []int
	seen    []map[string]uint32 // by column: number of each text among the values
	scratch facts.Facts
	bad     lists.ReadError
}

func (r *tableReader) row(row []string, line int, at []int) {
	r.keys, r.lines = append(r.keys, strings.Clone(row[0])), append(r.lines, line)
	for i, from := range at {
		col := &r.t.columns[i]
		text := strings.TrimSpace(row[from])
		n, known := r.seen[i][text]
		if !known && text != "" {
			n = r.value(i, text, line)
		}
		col.rows = append(col.rows, n)
	}
}

// value reads a text that the column had not yet.
func (r *tableReader) value(i int, text string, line int) uint32 {
	col, layout := &r.t.columns[i], r.c.out.layout
	text = strings.Clone(text)
	layout.SetText(&r.scratch, col.slot, text)
	v := r.scratch.Slots[col.slot]
	f := layout.Field(col.slot)
	if v.State != facts.Known || f.Type.Kind == field.List {
		r.problem(line, fmt.Sprintf("the value of %s is no %s that the field can have", f.Path, f.Type))
		return 0
	}
	v.Origin = r.t.origin
	if r.seen[i] == nil {
		r.seen[i] = map[string]uint32{}
	}
	n := uint32(len(col.values))
	col.values = append(col.values, v)
	r.seen[i][text] = n
	return n
}

// maxListed is how many bad rows of a table are reported one by one.
const maxListed = 20

func (r *tableReader) problem(line int, message string) {
	if len(r.bad.Problems) == maxListed {
		r.bad.More++
		return
	}
	r.bad.Problems = append(r.bad.Problems, lists.Problem{Line: line, Message: message})
}

// finish makes the index and reports what was wrong.
func (r *tableReader) finish(src *tableSource) bool {
	index, err := lists.MakeIndex(r.keys, lists.SetOptions{Key: src.secret, Exact: src.key.Path != "contact.email"})
	var bad *lists.ReadError
	switch {
	case errors.As(err, &bad):
		for _, p := range bad.Problems {
			r.problem(r.lines[p.Line], fmt.Sprintf("the contact in column %s: %s", src.key.Path, p.Message))
		}
		r.bad.More += bad.More
	case err != nil:
		r.c.fail(src.decl.File.At, diag.BadTable, err.Error(), "")
		return false
	}
	if r.t.index = index; len(r.bad.Problems) > 0 {
		r.c.lines(src.file, diag.BadTable, &r.bad, 0)
		return false
	}
	if len(r.keys) == 0 {
		r.c.fail(src.decl.File.At, diag.BadTable, fmt.Sprintf("the table %s has no rows", src.file), "winnow analyze writes one from orders")
		return false
	}
	return true
}
