package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/winnow-gate/winnow/plugin/console"
)

// WriteText writes a page for a terminal.
func WriteText(w io.Writer, p console.Page) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, p.Title)
	if p.Lead != "" {
		fmt.Fprintln(&b, p.Lead)
	}
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "\n%s\n", s.Title)
		if s.Lead != "" {
			fmt.Fprintf(&b, "  %s\n", s.Lead)
		}
		for _, part := range s.Parts {
			writePart(&b, part)
		}
	}
	if p.Foot != "" {
		fmt.Fprintf(&b, "\n%s\n", p.Foot)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writePart(w io.Writer, p console.Part) {
	switch p := p.(type) {
	case console.Text:
		fmt.Fprintf(w, "  %s\n", string(p))
	case console.Heading:
		fmt.Fprintf(w, "  %s\n", string(p))
	case console.Bullets:
		for _, x := range p {
			fmt.Fprintf(w, "  - %s\n", x)
		}
	case console.Tiles:
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, x := range p {
			fmt.Fprintf(t, "  %s\t%s\t%s\n", x.Label, x.Value, x.Note)
		}
		flush(t)
	case console.Table:
		writeTable(w, p)
	case console.Bars:
		writeBars(w, p)
	}
}

func flush(t *tabwriter.Writer) { t.Flush() } //nolint:errcheck // it writes to a buffer

func writeTable(w io.Writer, t console.Table) {
	if t.Caption != "" {
		fmt.Fprintf(w, "  %s\n", t.Caption)
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
	widths := make([]int, len(t.Head))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], len([]rune(c)))
		}
	}
	for _, r := range rows {
		line := " "
		for i, c := range r {
			pad := strings.Repeat(" ", widths[i]-len([]rune(c)))
			if t.Right(i) {
				line += " " + pad + c + " "
			} else {
				line += " " + c + pad + " "
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

func cellText(c console.Cell) string {
	if b, ok := c.Part.(console.Badge); ok {
		return b.Text
	}
	return c.Text
}

func writeBars(w io.Writer, b console.Bars) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, x := range b.Bars {
		drawn := strings.Repeat("#", int(math.Ceil(30*b.Share(x.Value))))
		fmt.Fprintf(t, "  %s\t%s\t%s\n", x.Label, x.Text, drawn)
	}
	flush(t)
}
