package format

import (
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/diag"
)

// NewCondition makes a condition that does not come from YAML, as one from the
// command line or from a test in Go. at is where its first rune stands.
func NewCondition(text string, at diag.Place) Condition {
	marks := make([]mark, 0, utf8.RuneCountInString(text))
	m := mark{at.Line, at.Column}
	for _, r := range text {
		marks = append(marks, m)
		m.column++
		if r == '\n' {
			m = mark{m.line + 1, 1}
		}
	}
	return Condition{Source: text, At: at, marks: marks}
}

// Place is where the runes from (inclusive) to to (exclusive) of Source stand.
// A range over several lines ends with its first line; offsets outside Source
// give its nearest end.
func (c Condition) Place(from, to int) diag.Place {
	if len(c.marks) == 0 || c.marks[0].line == 0 {
		return c.At
	}
	n := len(c.marks)
	from = max(from, 0)
	if from >= n {
		last := c.marks[n-1]
		return diag.Place{File: c.At.File, Line: last.line, Column: last.column + 1, EndColumn: last.column + 2}
	}
	to = min(max(to, from+1), n)
	first := c.marks[from]
	end := first.column
	for _, m := range c.marks[from:to] {
		if m.line != first.line {
			break
		}
		end = m.column
	}
	return diag.Place{File: c.At.File, Line: first.line, Column: first.column, EndColumn: end + 1}
}

// trim removes outer white space with its marks, so that the same condition has
// the same source in every YAML style.
func (c Condition) trim() Condition {
	left := strings.TrimLeft(c.Source, " \t\n")
	skip := utf8.RuneCountInString(c.Source) - utf8.RuneCountInString(left)
	c.Source = strings.TrimRight(left, " \t\n")
	c.marks = c.marks[skip : skip+utf8.RuneCountInString(c.Source)]
	return c
}
