package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/fold"
)

// Grid is a table for a terminal.
type Grid struct {
	// Rows are the cells, the names of the columns first, unless it is Bare.
	Rows [][]string
	Bare bool
	// Right tells which columns are aligned to the right; nil is none.
	Right func(column int) bool
	// Width is that of the terminal, 0 when lines may be as long as they like.
	// What is wider loses its empty columns first; then the last columns go below
	// the row, if little room is left to them; then cells are broken at spaces.
	Width int
	// Indent stands before each line.
	Indent string
}

// gap stands between two columns.
const gap = "  "

// roomBeside is the least room for the last column; with less it goes below.
const roomBeside = 30

// Write writes the table.
func (g Grid) Write(w io.Writer) {
	if len(g.Rows) == 0 {
		return
	}
	columns := make([]int, len(g.Rows[0]))
	for i := range columns {
		columns[i] = i
	}
	widths := g.widths(columns)
	var below []int
	if g.Width > 0 && g.total(widths) > g.Width {
		columns = slices.DeleteFunc(columns, g.empty)
		for last := len(columns) - 1; last > 0 && !g.right(columns[last]) && g.tooNarrow(columns); last-- {
			below, columns = slices.Insert(below, 0, columns[last]), columns[:last]
		}
		widths = g.shrink(columns)
	}
	for _, row := range g.Rows {
		g.row(w, row, columns, widths)
		for _, c := range below {
			if row[c] != "" {
				writeLines(w, row[c], g.Indent+"    ", g.Width)
			}
		}
	}
}

func (g Grid) right(column int) bool { return g.Right != nil && g.Right(column) }

// empty tells of a column that has a name and nothing else.
func (g Grid) empty(column int) bool {
	rows := g.Rows
	if !g.Bare {
		rows = rows[1:]
	}
	return !slices.ContainsFunc(rows, func(row []string) bool { return row[column] != "" })
}

func (g Grid) tooNarrow(columns []int) bool {
	widths := g.widths(columns)
	last := len(widths) - 1
	return g.total(widths) > g.Width && g.Width-g.total(widths[:last])-len(gap) < roomBeside
}

// widths are those of the widest cells.
func (g Grid) widths(columns []int) []int {
	out := make([]int, len(columns))
	for i, c := range columns {
		for _, row := range g.Rows {
			out[i] = max(out[i], utf8.RuneCountInString(row[c]))
		}
	}
	return out
}

// shrink narrows the widest columns, though none below its longest word, until
// all fit.
func (g Grid) shrink(columns []int) []int {
	widths, least := g.widths(columns), make([]int, len(columns))
	for i, c := range columns {
		for _, row := range g.Rows {
			for _, word := range strings.Fields(row[c]) {
				least[i] = max(least[i], utf8.RuneCountInString(word))
			}
		}
	}
	for g.total(widths) > g.Width {
		widest := -1
		for i := range widths {
			if widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// total is the width of a line.
func (g Grid) total(widths []int) int {
	sum := len(g.Indent) - len(gap)
	for _, n := range widths {
		sum += len(gap) + n
	}
	return sum
}

func (g Grid) row(w io.Writer, row []string, columns, widths []int) {
	cells, high := make([][]string, len(columns)), 1
	for i, c := range columns {
		cells[i] = fold.Words(row[c], widths[i])
		high = max(high, len(cells[i]))
	}
	for n := range high {
		line := g.Indent
		for i, c := range columns {
			text := ""
			if n < len(cells[i]) {
				text = cells[i][n]
			}
			pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(text)))
			if g.right(c) {
				text, pad = pad, text
			}
			line += text + pad + gap
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}
