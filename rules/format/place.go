package format

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// placeOf is where a node stands. The end is known for scalars on one line.
func (s *source) placeOf(n *yaml.Node) diag.Place {
	p := diag.Place{File: s.path, Line: n.Line, Column: n.Column}
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		return s.placeOf(n.Content[0])
	}
	if n.Kind == yaml.AliasNode {
		p.EndColumn = n.Column + 1 + len([]rune(n.Value))
	}
	if n.Kind == yaml.ScalarNode {
		p.EndColumn = s.scalarEnd(n)
	}
	return s.inside(p)
}

// inside keeps a place within the file: a node that YAML puts behind the last
// character (an empty value at the end) is shown at the end of its line.
func (s *source) inside(p diag.Place) diag.Place {
	p.Line = min(max(p.Line, 1), max(len(s.lines), 1))
	length := len(s.line(p.Line))
	p.Column = min(max(p.Column, 1), length+1)
	if p.EndColumn != 0 {
		p.EndColumn = max(min(p.EndColumn, length+1), p.Column+1)
	}
	return p
}

// scalarEnd is the column after a scalar, or 0 when it goes over several lines.
func (s *source) scalarEnd(n *yaml.Node) int {
	line := s.line(n.Line)
	if n.Column < 1 || n.Column > len(line) {
		return 0
	}
	rest := line[n.Column-1:]
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		return quotedEnd(rest, n.Column, '\'')
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return quotedEnd(rest, n.Column, '"')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 0
	case n.Value == "":
		return n.Column + 1
	case startsWith(rest, []rune(n.Value)):
		return n.Column + len([]rune(n.Value))
	case rest[0] == '!' || rest[0] == '&':
		return len(line) + 1
	}
	return 0
}

func startsWith(text, prefix []rune) bool {
	return len(text) >= len(prefix) && slices.Equal(text[:len(prefix)], prefix)
}

func quotedEnd(rest []rune, column int, quote rune) int {
	for i := 1; i < len(rest); i++ {
		switch {
		case quote == '"' && rest[i] == '\\':
			i++
		case quote == '\'' && rest[i] == '\'' && i+1 < len(rest) && rest[i+1] == '\'':
			i++
		case rest[i] == quote:
			return column + i + 1
		}
	}
	return 0
}
