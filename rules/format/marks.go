package format

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// marksOf finds where each rune of a scalar's value stands in the source.
//
// YAML only ever touches white space and, in quotes, escapes. So the value and
// the source are walked side by side: a letter of the value must be the next
// letter of the source. Where they do not agree the rest gets the last good
// mark, and a caret is off rather than a reader lost.
func (s *source) marksOf(n *yaml.Node) []mark {
	if n.Style&yaml.LiteralStyle != 0 {
		return s.literalMarks(n)
	}
	w := walker{src: s, at: mark{n.Line, n.Column}, style: n.Style}
	switch {
	case n.Style&yaml.FoldedStyle != 0:
		w.at = mark{n.Line + 1, 1}
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		w.at.column++
	}
	value := []rune(n.Value)
	marks := make([]mark, len(value))
	for i, r := range value {
		marks[i] = w.next(r)
	}
	return marks
}

// literalMarks needs no indentation indicators: each line of the value is the
// end of its line in the source, whatever stands before it.
func (s *source) literalMarks(n *yaml.Node) []mark {
	var marks []mark
	for i, text := range strings.Split(n.Value, "\n") {
		line := n.Line + 1 + i
		length := len([]rune(text))
		indent := max(len(s.line(line))-length, 0)
		for j := range length + 1 {
			marks = append(marks, mark{line, indent + 1 + j})
		}
	}
	return marks[:len([]rune(n.Value))]
}

// walker goes through the source beside a scalar's value.
type walker struct {
	src   *source
	at    mark // the next rune of the source
	style yaml.Style
	lost  bool
}

func (w *walker) next(r rune) mark {
	if w.lost {
		return w.at
	}
	if isBlank(r) && !w.escaped() {
		return w.blank(r)
	}
	w.skipBlank()
	here := w.at
	switch c := w.src.runeAt(w.at.line, w.at.column); {
	case w.escaped():
		decoded, width := unescape(w.src.line(w.at.line)[w.at.column:])
		w.lost = decoded != r
		w.at.column += 1 + width
	case c == '\'' && w.style&yaml.SingleQuotedStyle != 0:
		w.lost = r != '\''
		w.at.column += 2
	default:
		w.lost = c != r
		w.at.column++
	}
	if w.lost {
		w.at = here
	}
	return here
}

// blank gives white space of the value its mark. A space that stands for a line
// end stays at the line end; the next letter skips to where it is.
func (w *walker) blank(r rune) mark {
	here := w.at
	line := w.src.line(w.at.line)
	if w.at.column <= len(line) && line[w.at.column-1] == r {
		w.at.column++
	}
	return here
}

// skipBlank moves to the next letter of the source, over line ends. In double
// quotes a backslash before a line end only joins the lines.
func (w *walker) skipBlank() {
	for w.at.line <= len(w.src.lines) {
		line := w.src.line(w.at.line)
		for w.at.column <= len(line) && isBlank(line[w.at.column-1]) {
			w.at.column++
		}
		atEnd := w.at.column > len(line)
		joins := w.at.column == len(line) && w.escaped()
		if !atEnd && !joins {
			return
		}
		w.at = mark{w.at.line + 1, 1}
	}
	w.lost = true
}

func (w *walker) escaped() bool {
	return w.style&yaml.DoubleQuotedStyle != 0 && w.src.runeAt(w.at.line, w.at.column) == '\\'
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

// unescape reads what follows a backslash in double quotes: the rune it stands
// for and how many runes of source it took.
func unescape(rest []rune) (decoded rune, width int) {
	if len(rest) == 0 {
		return 0, 0
	}
	const from, to = "0abtnvfre \"'/\\N_LP", "\x00\a\b\t\n\v\f\r\x1b \"'/\\\u0085\u00a0\u2028\u2029"
	if i := strings.IndexRune(from, rest[0]); i >= 0 {
		return []rune(to)[i], 1
	}
	digits := map[rune]int{'x': 2, 'u': 4, 'U': 8}[rest[0]]
	if digits == 0 || len(rest) <= digits {
		return 0, 1
	}
	for _, d := range rest[1 : 1+digits] {
		decoded = decoded<<4 | hexDigit(d)
	}
	return decoded, 1 + digits
}

func hexDigit(d rune) rune {
	switch {
	case d >= '0' && d <= '9':
		return d - '0'
	case d >= 'a' && d <= 'f':
		return d - 'a' + 10
	case d >= 'A' && d <= 'F':
		return d - 'A' + 10
	}
	return 0
}
