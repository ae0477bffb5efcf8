package card

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/format"
)

// Look says how a card is printed. The zero value is plain text of 80 columns.
type Look struct {
	Width    int
	Colour   bool
	Language string
}

// Bounds of the width: below the least, words would break; beyond the most,
// lines are hard to read.
const (
	leastWidth   = 40
	mostWidth    = 100
	defaultWidth = 80
)

// Text prints a card for a terminal.
func Text(p *format.Persona, look Look) string {
	pr := printer{labels: labelsIn(look.Language), width: min(max(look.Width, leastWidth), mostWidth), colour: look.Colour}
	if look.Width == 0 {
		pr.width = defaultWidth
	}
	pr.title(p)
	for _, s := range Sections(p, look.Language) {
		pr.section(s)
	}
	return pr.b.String()
}

type printer struct {
	labels
	b      strings.Builder
	width  int
	colour bool
}

func (pr *printer) paint(code, text string) string {
	if !pr.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (pr *printer) title(p *format.Persona) {
	tone := "32" // green: wanted
	if p.Kind.Value == "negative" {
		tone = "33"
	}
	pr.wrap(0, 0, "", p.Name.Value, func(s string) string { return pr.paint("1;"+tone, s) })
	pr.wrap(0, 0, "", pr.of(p.Kind.Value+" persona")+" "+p.ID.Value, func(s string) string { return pr.paint("2", s) })
}

func (pr *printer) section(s Section) {
	pr.b.WriteString("\n" + pr.paint("1", s.Title) + "\n")
	indent := 0 // of the text: where the longest short head ends
	for _, l := range s.Lines {
		if n := utf8.RuneCountInString(l.Head); n <= pr.width/4 {
			indent = max(indent, n)
		}
	}
	for _, l := range s.Lines {
		if l.Story {
			pr.wrap(2, 2, "", l.Text, func(s string) string { return s })
			continue
		}
		pr.line(l, indent)
	}
}

func (pr *printer) line(l Line, heads int) {
	plain := func(s string) string { return s }
	text := l.Text
	if l.Quote {
		text = fmt.Sprintf(pr.of("“%s”"), text)
	}
	body := 2
	head := ""
	switch {
	case l.Head == "" && heads == 0:
		head = "- "
		body = 4
	case utf8.RuneCountInString(l.Head) > heads: // a question: on a line of its own
		pr.wrap(2, 2, "", l.Head, func(s string) string { return pr.paint("2", s) })
		body = 4
	default:
		head = l.Head + strings.Repeat(" ", heads-utf8.RuneCountInString(l.Head)) + "  "
		body = 2 + heads + 2
	}
	if l.Code {
		pr.code(body, head, text)
		return
	}
	pr.wrap(2, body, head, text, plain)
}

// code keeps the lines of a condition as their author broke them.
func (pr *printer) code(indent int, head, text string) {
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if i == 0 {
			pr.b.WriteString("  " + pr.paint("2", head) + pr.paint("36", line) + "\n")
			continue
		}
		pr.b.WriteString(strings.Repeat(" ", indent) + pr.paint("36", line) + "\n")
	}
}

// wrap writes words within the width: the first line after head, the others
// below its text.
func (pr *printer) wrap(first, indent int, head, text string, paint func(string) string) {
	if head != "" && strings.TrimSpace(head) != "" {
		pr.b.WriteString(strings.Repeat(" ", first) + pr.paint("2", head))
	} else {
		pr.b.WriteString(strings.Repeat(" ", indent))
	}
	used := indent
	start := true
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if !start && used > indent {
			pr.b.WriteString("\n" + strings.Repeat(" ", indent))
			used, start = indent, true
		}
		for _, word := range strings.Fields(paragraph) {
			n := utf8.RuneCountInString(word)
			if !start && used+1+n > pr.width {
				pr.b.WriteString("\n" + strings.Repeat(" ", indent))
				used, start = indent, true
			}
			if !start {
				pr.b.WriteString(" ")
				used++
			}
			pr.b.WriteString(paint(word))
			used += n
			start = false
		}
	}
	pr.b.WriteString("\n")
}
