// Package report says in words and pictures what was counted of an audience or a
// log: who is reached, what a change flips, which personas overlap, what to fill
// next. It exists so that a terminal and a browser tell the same story: every
// report is one page, of which the terminal gets the words.
//
// Reports name contacts by their ids where somebody asked for samples, and hold
// no values of their fields.
package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/plugin/study"
)

// Made says what a report was made from.
type Made struct {
	// Verb is the command, Source the file or log, Rules the bundles.
	Verb, Source, Rules string
	// At is the clock of the decisions; zero when each had its own.
	At   time.Time
	Rows study.Result
}

func (m Made) foot() string {
	text := fmt.Sprintf("Made by winnow %s from %s with %s", m.Verb, m.Source, m.Rules)
	if !m.At.IsZero() {
		text += ", as of " + m.At.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return text + "."
}

// rejects tells of rows that could not be read.
func (m Made) rejects() []console.Section {
	if m.Rows.Rejected == 0 {
		return nil
	}
	t := console.Table{Head: []string{"line", "reason"}, Align: "rl"}
	for _, r := range m.Rows.Rejects {
		t.Rows = append(t.Rows, console.Row(fmt.Sprint(r.Line), r.Reason))
	}
	lead := count(m.Rows.Rejected, "row") + " could not be read and did not count."
	if int(m.Rows.Rejected) > len(m.Rows.Rejects) {
		lead += fmt.Sprintf(" These are the first %d.", len(m.Rows.Rejects))
	}
	return []console.Section{{Title: "Rows left out", Lead: lead, Parts: []console.Part{t}}}
}

// number writes a number with commas, as in 1,234,567.
func number(n int64) string {
	digits := fmt.Sprint(n)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// count is a number of things, as in "1 row" and "2 rows".
func count(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return number(n) + " " + what
}

// share is a part of a whole in percent; a dash when there is no whole. What is
// there at all is never 0.0 %.
func share(n, of int64) string {
	switch p := 100 * float64(n) / float64(of); {
	case of == 0:
		return "–"
	case n > 0 && p < 0.05:
		return "<0.1%"
	case n < of && p >= 99.95:
		return ">99.9%"
	default:
		return fmt.Sprintf("%.1f%%", p)
	}
}

// with is a number and its share.
func with(n, of int64) string {
	if n == 0 {
		return "0"
	}
	return number(n) + " (" + share(n, of) + ")"
}

// blank writes nothing for zero: tables read better.
func blank(n int64) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

// names joins ids of samples.
func names(ids []string) string { return strings.Join(ids, ", ") }
