package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// Sources gives the text of a file of the bundle, if it can be had.
type Sources func(file string) ([]byte, bool)

// shownWidth is how much of a long line is shown, in columns of a terminal.
const shownWidth = 120

// tabWidth is what a tab is shown as.
const tabWidth = 4

// WriteText shows the list to a person: place, severity, code and message, then
// the line with the place underlined, then what to do. sources may be nil; a
// file that it does not have is shown without its line.
func WriteText(w io.Writer, list List, sources Sources, color bool) error {
	p := painter(color)
	lines := map[string][]string{}
	var out bytes.Buffer
	for _, d := range list {
		fmt.Fprintf(&out, "%s %s: %s\n", p.bold(where(d.Place)), p.severity(d.Severity, d.Severity.String()+" "+d.Code), d.Message)
		if sources != nil {
			snippet(&out, d, sourceLines(lines, d.File, sources), p)
		}
		if d.Hint != "" {
			fmt.Fprintf(&out, "  %s %s\n", p.bold("hint:"), d.Hint)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// where is file:line:column, as far as it is known.
func where(p Place) string {
	out := p.File
	if out == "" {
		out = "bundle"
	}
	if p.Line > 0 {
		out = fmt.Sprintf("%s:%d", out, p.Line)
	}
	if p.Line > 0 && p.Column > 0 {
		out = fmt.Sprintf("%s:%d", out, p.Column)
	}
	return out + ":"
}

func sourceLines(known map[string][]string, file string, sources Sources) []string {
	if lines, ok := known[file]; ok {
		return lines
	}
	src, ok := sources(file)
	if !ok {
		known[file] = nil
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	known[file] = strings.Split(string(src), "\n")
	return known[file]
}

// snippet shows the line of a diagnostic and underlines its place.
func snippet(out *bytes.Buffer, d Diagnostic, lines []string, p painter) {
	if d.Line < 1 || d.Line > len(lines) || strings.TrimSpace(lines[d.Line-1]) == "" {
		return
	}
	cells := cellsOf(lines[d.Line-1])
	number := fmt.Sprintf("%5d", d.Line)
	if d.Column < 1 {
		text, _, _ := window(cells, 0, 0)
		fmt.Fprintf(out, "%s | %s\n", number, text)
		return
	}
	from := min(d.Column-1, len(cells))
	to := min(max(d.EndColumn-1, from+1), len(cells))
	text, indent, width := window(cells, from, to)
	fmt.Fprintf(out, "%s | %s\n", number, text)
	fmt.Fprintf(out, "%s | %s%s\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", indent),
		p.severity(d.Severity, "^"+strings.Repeat("~", max(width-1, 0))))
}

// cell is one rune of a line as a terminal shows it.
type cell struct {
	text  string
	width int
}

// cellsOf expands tabs and takes the teeth out of control characters: a rule
// file must not be able to steer the terminal of whoever checks it.
func cellsOf(line string) []cell {
	// The width of a rune must not depend on the locale of the machine.
	widths := runewidth.Condition{}
	var cells []cell
	column := 0
	for _, r := range line {
		c := cell{string(r), widths.RuneWidth(r)}
		switch {
		case r == '\t':
			n := tabWidth - column%tabWidth
			c = cell{strings.Repeat(" ", n), n}
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			c = cell{"\ufffd", 1}
		}
		column += c.width
		cells = append(cells, c)
	}
	return cells
}

// window cuts a long line down to what stands around a place, and gives the
// columns before and under that place.
func window(cells []cell, from, to int) (text string, indent, width int) {
	start := from
	for room := shownWidth / 2; start > 0 && room >= cells[start-1].width; start-- {
		room -= cells[start-1].width
	}
	var b strings.Builder
	if start > 0 {
		b.WriteString("… ")
		indent = 2
	}
	used := 0
	for i := start; i < len(cells); i++ {
		if used+cells[i].width > shownWidth {
			b.WriteString(" …")
			break
		}
		used += cells[i].width
		b.WriteString(cells[i].text)
		switch {
		case i < from:
			indent += cells[i].width
		case i < to:
			width += cells[i].width
		}
	}
	return b.String(), indent, width
}

// painter colors, or does not.
type painter bool

func (p painter) paint(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p painter) bold(text string) string { return p.paint("1", text) }

func (p painter) severity(s Severity, text string) string {
	switch s {
	case Warn:
		return p.paint("1;33", text)
	case Hint:
		return p.paint("1;36", text)
	default:
		return p.paint("1;31", text)
	}
}
