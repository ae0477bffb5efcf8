package rules

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// list is a set of texts from a CSV file.
type list struct {
	values map[string]struct{}
	exact  bool
}

// Contains implements cond.Lookup. Unless the list is exact, case and outer
// spaces do not count.
func (l *list) Contains(text string) bool {
	if _, ok := l.values[text]; ok {
		return true
	}
	if l.exact {
		return false
	}
	_, ok := l.values[foldText(text)]
	return ok
}

func foldText(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func (c *compiler) readLists() {
	c.names.Lists = map[string]cond.Lookup{}
	for _, f := range c.files {
		for _, e := range f.Lists {
			if !c.identified("list", e.Key) {
				continue
			}
			l := c.readList(f.Path, e)
			c.names.Lists[e.Key.Value] = l
			c.lists[e.Key.Value] = l
		}
	}
}

// readList reads a list; a mistake gives an empty one, so that conditions that
// name it are still checked.
func (c *compiler) readList(from string, e format.Entry[format.List]) *list {
	l := &list{values: map[string]struct{}{}, exact: e.Value.Case != nil && e.Value.Case.Value == "exact"}
	at := e.Value.File.At
	name := path.Join(path.Dir(from), e.Value.File.Value)
	data, ok := c.src.files[name]
	if !ok || path.Ext(name) != ".csv" {
		c.fail(at, diag.ListFileMissing, fmt.Sprintf("there is no file %s in the bundle", name), "a list is a .csv file, named relative to the rule file")
		return l
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	column, ok := c.column(r, e.Value, name)
	for ok {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.fail(csvPlace(name, err), diag.BadList, "this is not CSV: "+csvCause(err), "quote values that hold quotes or commas")
			return l
		}
		if column < len(row) {
			l.add(row[column])
		}
	}
	if ok && len(l.values) == 0 {
		c.fail(at, diag.BadList, fmt.Sprintf("the list %s is empty", name), "an empty list would match nobody: leave the condition out instead")
	}
	return l
}

func (l *list) add(value string) {
	value = strings.Clone(value)
	if !l.exact {
		value = foldText(value)
	}
	if value != "" {
		l.values[value] = struct{}{}
	}
}

// column finds the column that counts; without a name it is the first, and the
// file has no header.
func (c *compiler) column(r *csv.Reader, decl format.List, name string) (int, bool) {
	if decl.Column == nil {
		return 0, true
	}
	header, err := r.Read()
	if err != nil {
		c.fail(decl.File.At, diag.BadList, fmt.Sprintf("the list %s has no header", name), "")
		return 0, false
	}
	for i, h := range header {
		if strings.TrimSpace(h) == decl.Column.Value {
			return i, true
		}
	}
	c.fail(decl.Column.At, diag.ListColumnMissing, fmt.Sprintf("%s has no column %q", name, decl.Column.Value), diag.DidYouMean(decl.Column.Value, append([]string(nil), header...)))
	return 0, false
}

func csvPlace(name string, err error) diag.Place {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return diag.Place{File: name, Line: max(pe.Line, 1), Column: max(pe.Column, 1)}
	}
	return diag.Place{File: name}
}

func csvCause(err error) string {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
