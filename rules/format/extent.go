package format

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// lastLine is the line on which a plain or quoted scalar ends.
func (s *source) lastLine(n *yaml.Node) int {
	line, _ := s.scalarStop(n)
	return line
}

// scalarStop is the last line of a plain or quoted scalar and the column after
// it there.
func (s *source) scalarStop(n *yaml.Node) (line, column int) {
	quote := rune(0)
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		quote = '\''
	case n.Style&yaml.DoubleQuotedStyle != 0:
		quote = '"'
	}
	if quote == 0 {
		marks := s.marksOf(n)
		if len(marks) == 0 {
			return n.Line, n.Column
		}
		last := marks[len(marks)-1]
		return last.line, last.column + 1
	}
	return s.quoteStop(n.Line, n.Column+1, quote)
}

// quoteStop looks for the closing quote from a place on.
func (s *source) quoteStop(line, column int, quote rune) (int, int) {
	for ; line <= len(s.lines); line, column = line+1, 1 {
		text := s.line(line)
		for i := column - 1; i < len(text); i++ {
			switch {
			case quote == '"' && text[i] == '\\':
				i++
			case quote == '\'' && text[i] == '\'' && i+1 < len(text) && text[i+1] == '\'':
				i++
			case text[i] == quote:
				return line, i + 2
			}
		}
	}
	return len(s.lines), 1
}

// flowEnd is the line on which a flow mapping or list closes.
func (s *source) flowEnd(n *yaml.Node) int {
	depth, before := 0, rune(' ')
	line, column := n.Line, n.Column
	for line <= len(s.lines) {
		text := s.line(line)
		if column > len(text) {
			line, column = line+1, 1
			continue
		}
		switch c := text[column-1]; {
		case (c == '"' || c == '\'') && strings.ContainsRune(" [{,:", before):
			line, column = s.quoteStop(line, column+1, c)
			before = c
			continue
		case c == '#' && (column == 1 || isBlank(text[column-2])):
			line, column = line+1, 1
			continue
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
			if depth == 0 {
				return line
			}
		}
		if c := text[column-1]; !isBlank(c) {
			before = c
		}
		column++
	}
	return len(s.lines)
}

// blockLines is the extent of a literal or folded scalar's text and its
// indentation. outer is the indentation of the key it belongs to. Blank lines
// at the end count only when the header keeps them ("|+").
func (s *source) blockLines(n *yaml.Node, outer int) (first, last, indent int) {
	first = n.Line + 1
	for i := first; i <= len(s.lines); i++ {
		if line := s.line(i); len(line) > leading(line) {
			indent = leading(line)
			break
		}
	}
	last = n.Line
	if indent <= outer && outer > 0 || indent == 0 {
		return first, last, indent
	}
	if explicitIndent(s.line(n.Line)[n.Column-1:]) {
		indent = outer + 1
	}
	end := n.Line
	for i := first; i <= len(s.lines); i++ {
		line := s.line(i)
		blank := len(line) == leading(line)
		if !blank && leading(line) < indent {
			break
		}
		end = i
		if !blank {
			last = i
		}
	}
	if strings.ContainsRune(header(s.line(n.Line)[n.Column-1:]), '+') {
		last = end
	}
	return first, last, indent
}

// header is the indicator of a block scalar, as in "|2-".
func header(rest []rune) string {
	word, _, _ := strings.Cut(string(rest), " ")
	return word
}

func explicitIndent(rest []rune) bool {
	return strings.ContainsAny(header(rest), "123456789")
}
