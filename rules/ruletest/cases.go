package ruletest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// maxUnits bounds what tables and matrices make of one file.
const maxUnits = 10_000

// draft is a case on its way to a unit.
type draft struct {
	name   string
	at     diag.Place
	now    time.Time
	vals   values
	state  *State
	expect []expectation
	common values // what other cases of the contact have too
}

func (r *reader) readCase(c *Case) {
	before := len(r.list)
	d := draft{name: c.Name.Value, at: c.At, now: r.now(c), vals: values{}, state: c.State}
	if c.Contact != nil {
		d.vals = r.contact(*c.Contact).clone()
	}
	r.apply(d.vals, "message.", r.file.Message)
	d.common = d.vals.clone()
	r.apply(d.vals, "message.", c.Message)
	r.apply(d.vals, "", c.Set)
	drafts := []draft{d}
	if c.Matrix != nil {
		drafts = r.combine(drafts, c)
	}
	if c.Table != nil {
		drafts = r.tabulate(drafts, c)
	}
	for _, d := range drafts {
		d.expect = append(r.expected(c.Expect, d.now), d.expect...)
		if len(d.expect) == 0 && len(r.list) > before {
			continue // what it was to expect is in the list
		}
		if len(d.expect) == 0 {
			at := d.at
			if c.Expect != nil && c.Expect.At.Line > 0 {
				at = c.Expect.At
			}
			r.fail(at, diag.MissingKey, fmt.Sprintf("%q expects nothing, so it can't fail", d.name), "add expect: with send, action, variants, personas, reasons …")
			continue
		}
		r.add(d)
	}
}

func (r *reader) add(d draft) {
	if len(r.units) == maxUnits {
		r.fail(d.at, diag.TooManyFiles, fmt.Sprintf("tables and matrices make more than %d cases", maxUnits), "leave values out of the matrix, or rows out of the table")
	}
	if len(r.units) >= maxUnits {
		return
	}
	r.units = append(r.units, unit{
		file: d.at.File, name: d.name, at: d.at, now: d.now, body: r.check(d.vals, d.now),
		state: r.state(d.state, d.now), expects: d.expect, sets: d.vals.beyond(d.common),
	})
}

// combine makes a draft of each combination of the matrix.
func (r *reader) combine(drafts []draft, c *Case) []draft {
	keys := make([]format.Text, len(c.Matrix))
	for i, e := range c.Matrix {
		keys[i] = e.Key
	}
	for _, i := range settingFirst(keys) {
		e := c.Matrix[i]
		if len(e.Value) == 0 {
			r.fail(e.Key.At, diag.MissingKey, fmt.Sprintf("matrix: %s has no values", e.Key.Value), fmt.Sprintf("list them, as in %s: [a, b]", e.Key.Value))
		}
		var next []draft
		for _, d := range drafts {
			for _, v := range e.Value {
				if len(next) <= maxUnits {
					next = append(next, r.cell(d, e.Key, v, c))
				}
			}
		}
		drafts = next
	}
	return drafts
}

// tabulate makes a draft of each row.
func (r *reader) tabulate(drafts []draft, c *Case) []draft {
	t := c.Table
	if len(t.Rows) == 0 || len(t.Columns) == 0 {
		r.fail(t.At, diag.MissingKey, "a table needs columns and rows", "as in columns: [orders.count, expect.send] and rows: [[3, true]]")
	}
	var out []draft
	for _, d := range drafts {
		for _, row := range t.Rows {
			if len(row) != len(t.Columns) {
				at := t.At
				if len(row) > 0 {
					at = row[0].At
				}
				r.fail(at, diag.WrongArguments, fmt.Sprintf("this row has %d values for %d columns", len(row), len(t.Columns)), "write ~ for what is to stay out")
				continue
			}
			next := d
			next.at = diag.Place{File: row[0].At.File, Line: row[0].At.Line, Column: row[0].At.Column}
			for _, i := range settingFirst(t.Columns) {
				next = r.cell(next, t.Columns[i], row[i], c)
			}
			out = append(out, next)
		}
	}
	return out
}

// settingFirst orders columns: a contact or clock comes before what it would undo.
func settingFirst(columns []format.Text) []int {
	var first, rest []int
	for i, c := range columns {
		if c.Value == "contact" || c.Value == "now" {
			first = append(first, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

// cell applies one value of a table or matrix to a draft.
func (r *reader) cell(d draft, column format.Text, v format.Value, c *Case) draft {
	if v.JSON == nil {
		return d
	}
	key := column.Value
	if what, ok := strings.CutPrefix(key, "expect."); ok {
		d.expect = append(append([]expectation(nil), d.expect...), r.expectCell(what, column, v, d.now)...)
		return d
	}
	d.name = fmt.Sprintf("%s / %s", d.name, cellText(key, v.JSON))
	switch key {
	case "name":
	case "contact":
		d.vals, d.common = r.withContact(v, c)
	case "now":
		m, ok := format.ParseMoment(unquoted(v.JSON))
		if !ok {
			r.fail(v.At, diag.BadMoment, "now must be a date or a time", "as in 2026-11-22T12:00:00Z")
		}
		d.now = m.Wall
	default:
		d.vals = d.vals.clone()
		before := len(r.list)
		r.put(d.vals, key, v.JSON, v.At, nil)
		for i := before; i < len(r.list); i++ {
			r.list[i].Place = column.At // the path stands in the head of the table
		}
	}
	return d
}

// withContact is a case's values with another contact, and those that are not
// the case's own.
func (r *reader) withContact(v format.Value, c *Case) (out, common values) {
	out = r.contact(format.Text{Value: unquoted(v.JSON), At: v.At}).clone()
	r.apply(out, "message.", r.file.Message)
	common = out.clone()
	r.apply(out, "message.", c.Message)
	r.apply(out, "", c.Set)
	return out, common
}

// cellText names a case after a cell: short, and without the key of a name.
func cellText(key string, raw []byte) string {
	text := unquoted(raw)
	if key == "name" || key == "contact" {
		return text
	}
	return key[strings.LastIndexByte(key, '.')+1:] + " " + text
}

func unquoted(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) == nil && !bytes.Equal(raw, []byte("null")) {
		return s
	}
	return string(raw)
}
