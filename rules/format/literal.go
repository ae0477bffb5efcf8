package format

import (
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// literal turns a condition that is quoted, folded or over several lines into a
// literal block. It says no where that cannot be done without a doubt.
func (l *layout) literal(key, n *yaml.Node, p parent) bool {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Anchor != "" || l.src.tagged(n) || n.Style&yaml.LiteralStyle != 0 {
		return false
	}
	c := Condition{Source: n.Value, marks: l.src.marksOf(n)}.trim()
	stop, column := l.src.scalarStop(n)
	tail := ""
	if n.Style&yaml.FoldedStyle != 0 {
		_, stop, _ = l.src.blockLines(n, p.old)
		tail = strings.TrimPrefix(string(l.src.line(n.Line)[n.Column-1:]), header(l.src.line(n.Line)[n.Column-1:]))
	} else {
		line := l.src.line(stop)
		tail = string(line[min(column-1, len(line)):])
	}
	text, ok := literalLines(c)
	if !ok || n.Style == 0 && stop == n.Line && n.Line == key.Line || key.Kind != yaml.ScalarNode {
		return false
	}
	head, ok := l.headOf(key, n)
	if !ok {
		return false
	}
	o := &l.lines[key.Line]
	o.replaced = []string{strings.TrimRight(head+" |"+tailComment(tail), " \t")}
	for _, t := range text {
		o.replaced = append(o.replaced, strings.TrimRight(strings.Repeat(" ", p.new+step)+t, " "))
	}
	for i := key.Line + 1; i <= stop; i++ {
		l.lines[i].dropped = true
	}
	return true
}

// headOf is the key's line up to the colon, when nothing but the value follows.
func (l *layout) headOf(key, n *yaml.Node) (string, bool) {
	line := l.src.line(key.Line)
	o := l.lines[key.Line]
	if n.Line == key.Line {
		return o.prefix + strings.TrimRight(string(line[o.cut:n.Column-1]), " \t"), o.placed
	}
	head := strings.TrimRight(string(line[min(o.cut, len(line)):]), " \t")
	between := l.src.lines[key.Line : n.Line-1]
	clear := !slices.ContainsFunc(between, func(s string) bool { return strings.TrimSpace(s) != "" })
	return o.prefix + head, o.placed && clear && strings.HasSuffix(head, ":")
}

func tailComment(tail string) string {
	if t := strings.TrimSpace(tail); strings.HasPrefix(t, "#") {
		return " " + t
	}
	return ""
}

// literalLines splits a condition where its author broke the lines. It declines
// when a break stands in a string literal, when a comment would then end
// elsewhere, and when a character could not be written plainly.
func literalLines(c Condition) ([]string, bool) {
	bare, closed := outsideStrings(c.Source)
	if c.Source == "" || !closed || strings.Contains(bare, "//") {
		return nil, false
	}
	source := []rune(c.Source)
	if slices.ContainsFunc(source, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		return nil, false
	}
	var lines []string
	start := 0
	for i := 1; i <= len(source); i++ {
		if i < len(source) && c.marks[i].line == c.marks[start].line {
			continue
		}
		if i < len(source) && !isBlank([]rune(bare)[i-1]) {
			return nil, false
		}
		if text := strings.Trim(string(source[start:i]), " \t\n"); text != "" {
			lines = append(lines, text)
		}
		start = i
	}
	return lines, true
}
