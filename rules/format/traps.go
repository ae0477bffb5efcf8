package format

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

const literalHint = "write it on the next line, after `|`"

// condition reads the text of a condition, and refuses each way in which YAML
// gives back another text than the author sees.
func (s *source) condition(n *yaml.Node, r rules) Condition {
	at := s.placeOf(n)
	empty := Condition{At: at}
	switch {
	case n.Kind != yaml.ScalarNode:
		hint := "a condition is one text: join its parts with and, or"
		if n.Style&yaml.FlowStyle != 0 {
			hint = "a value that starts with [ or { is a list or mapping to YAML; " + literalHint
		}
		s.report(at, diag.ConditionNotText, fmt.Sprintf("%s must be a condition, but YAML reads %s here", r.what, kindName(n)), hint)
		return empty
	case isNull(n) || strings.TrimSpace(n.Value) == "":
		s.report(at, diag.EmptyCondition, r.what+" is empty", "write a condition; `always` means everyone")
		return empty
	case n.Tag != "!!str":
		s.notText(n, r)
		return empty
	}
	c := Condition{Source: n.Value, At: at, marks: s.marksOf(n)}.trim()
	s.checkCut(n, c, r)
	s.checkFolded(n, c, r)
	return c
}

func (s *source) notText(n *yaml.Node, r rules) {
	hint := "put it in quotes if it is a condition"
	switch {
	case n.Tag == "!!bool" && strings.EqualFold(n.Value, "true"):
		hint = "write `always` to mean everyone"
	case n.Tag == "!!bool":
		hint = "remove the rule, or give it `mode: observe`, to switch it off"
	}
	s.report(s.placeOf(n), diag.ConditionNotText,
		fmt.Sprintf("a condition must be text; YAML reads %s as %s", n.Value, kindName(n)), hint)
}

// checkCut finds a plain condition of which YAML took the rest for a comment.
func (s *source) checkCut(n *yaml.Node, c Condition, r rules) {
	if n.Style != 0 || len(c.marks) == 0 {
		return
	}
	last := c.marks[len(c.marks)-1]
	line := s.line(last.line)
	hash := last.column + 1
	for hash <= len(line) && isBlank(line[hash-1]) {
		hash++
	}
	if hash == last.column+1 || hash > len(line) || line[hash-1] != '#' {
		return
	}
	comment := string(line[hash:])
	at := diag.Place{Line: last.line, Column: hash, EndColumn: len(line) + 1}
	switch {
	case !complete(c.Source):
		s.report(at, diag.ConditionCut, fmt.Sprintf("YAML takes the rest of %s for a comment, from the # on", r.what), literalHint)
	case continuing.MatchString(comment):
		s.reportAs(diag.Warn, at, diag.ConditionCut, fmt.Sprintf("this part of %s is a comment to YAML and does not count", r.what),
			literalHint+", or remove it")
	}
}

var (
	// continuing matches a comment that reads as if the condition went on in it.
	continuing = regexp.MustCompile(`^\s*((and|or|not)\b|&&|\|\||==|!=|<|>|[?+*/-]\s)`)
	// dangling matches a condition that ends with an operator.
	dangling = regexp.MustCompile(`(==|!=|[<>=+*/,(\[{&|?:-]|\b(and|or|not|in|contains|startsWith|endsWith|matches))\s*$`)
)

// complete reports whether a condition's brackets and quotes are closed and it
// does not end with an operator.
func complete(text string) bool {
	open := 0
	bare, closed := outsideStrings(text)
	for _, r := range bare {
		switch r {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		}
	}
	return closed && open == 0 && !dangling.MatchString(bare)
}

// outsideStrings blanks out the string literals of a condition. closed is false
// when the last one has no end.
func outsideStrings(text string) (bare string, closed bool) {
	out := []rune(text)
	var quote rune
	for i := 0; i < len(out); i++ {
		r := out[i]
		switch {
		case quote == 0 && (r == '"' || r == '\'' || r == '`'):
			quote = r
		case quote == 0:
			continue
		case r == '\\' && quote != '`' && i+1 < len(out):
			out[i] = 'x'
			i++
		case r == quote:
			quote = 0
		}
		out[i] = 'x'
	}
	return string(out), quote == 0
}

// checkFolded refuses a // comment where YAML joins the lines: it would comment
// out all that follows, and the rest would still compile.
func (s *source) checkFolded(n *yaml.Node, c Condition, r rules) {
	folded := n.Style&yaml.FoldedStyle != 0
	severalLines := n.Style&yaml.LiteralStyle == 0 && len(c.marks) > 0 && c.marks[0].line != c.marks[len(c.marks)-1].line
	bare, _ := outsideStrings(c.Source)
	before, _, found := strings.Cut(bare, "//")
	if !found || !folded && !severalLines {
		return
	}
	i := len([]rune(before))
	s.report(c.Place(i, i+2), diag.FoldedComment,
		fmt.Sprintf("YAML joins the lines of %s, so this comment swallows all that follows", r.what),
		"write `|` instead of `>` or quotes, which keeps the lines")
}
