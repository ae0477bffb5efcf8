package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/fold"
)

// WriteText writes a page for a terminal of so many columns; 0 breaks no line.
func WriteText(w io.Writer, p console.Page, width int) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, p.Title)
	if p.Lead != "" {
		writeLines(&b, p.Lead, "", width)
	}
	for _, s := range p.Sections {
		var parts bytes.Buffer
		for _, part := range s.Parts {
			writePart(&parts, part, width)
		}
		if parts.Len() == 0 {
			continue // a picture alone
		}
		fmt.Fprintf(&b, "\n%s\n", s.Title)
		if s.Lead != "" {
			writeLines(&b, s.Lead, "  ", width)
		}
		b.Write(parts.Bytes())
	}
	if p.Foot != "" {
		fmt.Fprintln(&b)
		writeLines(&b, p.Foot, "", width)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writePart(w io.Writer, p console.Part, width int) {
	switch p := p.(type) {
	case console.Text:
		writeLines(w, string(p), "  ", width)
	case console.Heading:
		fmt.Fprintf(w, "  %s\n", string(p))
	case console.Bullets:
		for _, x := range p {
			for i, line := range fold.Words(x, max(0, width-len("  - "))) {
				fmt.Fprintf(w, "  %s%s\n", [2]string{"- ", "  "}[min(i, 1)], line)
			}
		}
	case console.Tiles:
		rows := make([][]string, len(p))
		for i, x := range p {
			rows[i] = []string{x.Label, x.Value, x.Note}
		}
		Grid{Rows: rows, Bare: true, Width: width, Indent: "  "}.Write(w)
	case console.Table:
		writeTable(w, p, width)
	case console.Bars:
		writeBars(w, p, width)
	}
}

// writeLines writes text, broken at spaces where the terminal ends.
func writeLines(w io.Writer, text, indent string, width int) {
	for _, line := range fold.Words(text, max(0, width-len(indent))) {
		fmt.Fprintf(w, "%s%s\n", indent, line)
	}
}

func writeTable(w io.Writer, t console.Table, width int) {
	if t.Caption != "" {
		writeLines(w, t.Caption, "  ", width)
	}
	rows := make([][]string, 0, len(t.Rows)+1)
	head := make([]string, len(t.Head))
	for i, h := range t.Head {
		head[i] = strings.ToUpper(h)
	}
	rows = append(rows, head)
	for _, r := range t.Rows {
		row := make([]string, len(r))
		for i, c := range r {
			row[i] = cellText(c)
		}
		rows = append(rows, row)
	}
	Grid{Rows: rows, Right: t.Right, Width: width, Indent: "  "}.Write(w)
}

func cellText(c console.Cell) string {
	if b, ok := c.Part.(console.Badge); ok {
		return b.Text
	}
	return c.Text
}

func writeBars(w io.Writer, b console.Bars, width int) {
	rows := make([][]string, len(b.Bars))
	for i, x := range b.Bars {
		rows[i] = []string{x.Label, x.Text, strings.Repeat("#", int(math.Ceil(30*b.Share(x.Value))))}
	}
	Grid{Rows: rows, Bare: true, Width: width, Indent: "  "}.Write(w)
}
