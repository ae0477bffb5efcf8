package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"path"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lists"
)

func (c *compiler) readLists() {
	c.names.Lists, c.listSums = map[string]cond.Lookup{}, map[string]string{}
	for _, f := range c.files {
		for _, e := range f.Lists {
			if c.identified("list", e.Key) {
				c.names.Lists[e.Key.Value] = c.readList(f.Path, e)
			}
		}
	}
}

// readList reads a list; a mistake gives an empty one, so that conditions that
// name it are still checked.
func (c *compiler) readList(from string, e format.Entry[format.List]) *lists.Set {
	id, decl, none := e.Key.Value, e.Value, &lists.Set{}
	name, data, ok := c.csvFile(from, decl.File, "a list")
	if !ok {
		return none
	}
	opts := lists.SetOptions{First: true, Exact: decl.Case != nil && decl.Case.Value == "exact"}
	if decl.Column != nil {
		opts.Column = decl.Column.Value
	}
	if opts.Key, ok = c.secret(decl.Hashed); !ok {
		return none
	}
	if !c.savedAsCSV(diag.Place{File: name, Line: 1, Column: 1}, diag.BadList, data) {
		return none
	}
	c.listSums[id] = fmt.Sprintf("%x %t %q %t", sha256.Sum256(data), opts.Exact, opts.Column, decl.Hashed != nil)
	set, err := lists.ReadSet(bytes.NewReader(data), opts)
	switch {
	case err != nil:
		c.badList(name, &decl, err)
		return none
	case set.Len() == 0:
		c.fail(decl.File.At, diag.BadList, fmt.Sprintf("the list %s is empty", name), "an empty list would match nobody: leave the condition out instead")
	}
	return set
}

// savedAsCSV reports a file that a spreadsheet saved in another way.
func (c *compiler) savedAsCSV(first diag.Place, code string, data []byte) bool {
	if line, _, _ := bytes.Cut(data, []byte("\n")); bytes.IndexByte(line, 0) >= 0 {
		c.fail(first, code, "this is not UTF-8 text", "save the file as CSV in UTF-8")
		return false
	}
	if sign := otherSeparator(data); sign != "" {
		c.fail(first, code, "the columns of the first line are parted by "+sign+", and commas part them here",
			"save the file with commas, or quote a value that holds such a sign")
		return false
	}
	return true
}

// otherSeparator names what a spreadsheet may have parted the columns of the first
// line with, "" when there is none: the whole of each line would be taken for a
// value, and nobody would ever be found.
func otherSeparator(data []byte) string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case bytes.ContainsAny(line, "\","):
		return ""
	case bytes.IndexByte(line, ';') >= 0:
		return "semicolons"
	case bytes.IndexByte(bytes.TrimSpace(line), '\t') >= 0:
		return "tabs"
	}
	return ""
}

// badList reports why a list can't be read, at the place where it went wrong.
func (c *compiler) badList(name string, decl *format.List, err error) {
	var lines *lists.ReadError
	var column *lists.ColumnError
	var broken *csv.ParseError
	switch {
	case errors.As(err, &lines):
		c.lines(name, diag.BadList, lines, 0)
	case errors.As(err, &column) && len(column.Header) == 0:
		c.fail(decl.File.At, diag.BadList, fmt.Sprintf("the list %s has no header", name), "its first line names the columns; without column: every line is a value")
	case errors.As(err, &column):
		c.fail(decl.Column.At, diag.ListColumnMissing, fmt.Sprintf("%s has no column %q", name, column.Column), diag.DidYouMean(column.Column, column.Header))
	case errors.As(err, &broken):
		c.fail(csvPlace(name, broken), diag.BadList, "this is not CSV: "+broken.Err.Error(), "quote values that hold quotes or commas")
	default:
		c.fail(decl.File.At, diag.BadList, err.Error(), "")
	}
}

// lines reports lines of a data file, each at its place; more says how many
// lines come before the first.
func (c *compiler) lines(name, code string, bad *lists.ReadError, more int) {
	for _, p := range bad.Problems {
		c.fail(diag.Place{File: name, Line: p.Line + more, Column: 1}, code, p.Message, "")
	}
	if bad.More > 0 {
		c.fail(diag.Place{File: name}, code, fmt.Sprintf("%d more lines have such mistakes", bad.More), "")
	}
}

// csvFile finds a data file of the bundle, named relative to a rule file.
func (c *compiler) csvFile(from string, file format.Text, what string) (name string, data []byte, ok bool) {
	if file.Value == "" {
		return "", nil, false // the reader reported that it is missing or empty
	}
	name = path.Join(path.Dir(from), file.Value)
	data, ok = c.src.files[name]
	if !ok || path.Ext(name) != ".csv" {
		c.fail(file.At, diag.ListFileMissing, fmt.Sprintf("there is no file %s in the bundle", name), what+" is a .csv file, named relative to the rule file")
		return name, nil, false
	}
	return name, data, true
}

// secret gives the secret that a list or table was hashed with; nil without one.
func (c *compiler) secret(hashed *format.Text) (key []byte, ok bool) {
	if hashed == nil {
		return nil, true
	}
	if c.opts.Secret == nil {
		c.fail(hashed.At, diag.SecretMissing, "this program was given no secrets for hashed lists", "compile the bundle with Options.Secret")
		return nil, false
	}
	key, err := c.opts.Secret(hashed.Value)
	if err == nil && len(key) == 0 {
		err = errors.New("it is empty")
	}
	if err != nil {
		c.fail(hashed.At, diag.SecretMissing, fmt.Sprintf("the secret %q can't be used: %v", hashed.Value, err), "")
		return nil, false
	}
	return key, true
}

func csvPlace(name string, err *csv.ParseError) diag.Place {
	return diag.Place{File: name, Line: max(err.Line, 1), Column: max(err.Column, 1)}
}
