package format

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// text reads a scalar as it was written. A number or date is taken as text,
// because nothing is lost by it; true and false are not, because YAML has other
// spellings of them and the author may not have meant a word.
func (s *source) text(n *yaml.Node, r rules) Text {
	t := Text{Value: n.Value, At: s.placeOf(n)}
	switch {
	case n.Kind != yaml.ScalarNode:
		s.wrongType(n, r, "text", oneOf(r.enum))
	case len(r.enum) > 0 && !slices.Contains(r.enum, n.Value):
		s.notAllowed(t, n, r)
	case isNull(n):
		if r.required {
			hint := "write a text, or remove the key if it may be left out"
			if rest := s.line(n.Line); n.Column <= len(rest) && strings.HasPrefix(strings.TrimSpace(string(rest[n.Column-1:])), "#") {
				hint = "a # after a space begins a comment: put the text in quotes"
			}
			s.report(t.At, diag.EmptyText, r.what+" is empty; it must be text", hint)
		}
	case n.Tag == "!!bool":
		s.wrongType(n, r, "text", fmt.Sprintf("put quotes around it: %q", n.Value))
	case r.required && strings.TrimSpace(n.Value) == "":
		s.report(t.At, diag.EmptyText, r.what+" is empty", "write a text")
	}
	return t
}

func (s *source) notAllowed(t Text, n *yaml.Node, r rules) {
	shown := strconv.Quote(n.Value)
	if isNull(n) {
		shown = "empty"
	}
	hint := diag.DidYouMean(n.Value, r.enum)
	if n.Tag == "!!bool" {
		hint = "YAML reads this as a yes or no value; " + oneOf(r.enum)
	}
	if hint == "" {
		hint = oneOf(r.enum)
	}
	s.report(t.At, diag.NotAllowed, fmt.Sprintf("%s cannot be %s", r.what, shown), hint)
}

func oneOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return "one of: " + strings.Join(words, ", ")
}

// plainNumber is a number that YAML 1.1, YAML 1.2, JSON and people read alike.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func isPlainNumber(text string) bool { return plainNumber.MatchString(text) }

func isNumber(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float")
}

func (s *source) number(n *yaml.Node, r rules) Number {
	num := Number{At: s.placeOf(n)}
	if !isNumber(n) {
		hint := ""
		if isPlainNumber(n.Value) && n.Kind == yaml.ScalarNode {
			hint = "remove the quotes"
		}
		s.wrongType(n, r, "a number", hint)
		return num
	}
	if !isPlainNumber(n.Value) {
		s.notPlain(n, r)
		return num
	}
	value, err := strconv.ParseFloat(n.Value, 64)
	if err != nil {
		s.report(num.At, diag.BadNumber, fmt.Sprintf("%s is too large a number", r.what), "use a smaller one")
		return num
	}
	num.Value, num.Text = value, n.Value
	return num
}

func (s *source) notPlain(n *yaml.Node, r rules) {
	s.report(s.placeOf(n), diag.NumberNotPlain,
		fmt.Sprintf("YAML reads %s as another number than people do", n.Value),
		"write "+r.what+" plainly, as 12 or 0.5: no leading zero, plus sign, underscore, 0x, .inf or .nan; or put it in quotes if it is text")
}

func (s *source) bool(n *yaml.Node, r rules) Bool {
	b := Bool{At: s.placeOf(n)}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Value != "true" && n.Value != "false" {
		hint := "write true or false"
		if n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			hint = "write true or false without quotes"
		}
		s.wrongType(n, r, "true or false in lower case", hint)
		return b
	}
	b.Value = n.Value == "true"
	return b
}

// scalarText is the text of a value with a spelling of its own (30d, 5%, a date).
func (s *source) scalarText(n *yaml.Node, r rules, want, hint string) (string, bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) || n.Tag == "!!bool" {
		s.wrongType(n, r, want, hint)
		return "", false
	}
	return n.Value, true
}
