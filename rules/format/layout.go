package format

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

const step = 2

// level is a column that something of a line began at, and its new one.
type level struct{ old, new int }

// outLine says what becomes of one line of the source.
type outLine struct {
	placed   bool // prefix and cut are decided
	prefix   string
	cut      int     // runes of the old line that prefix stands for
	levels   []level // columns that comments nearby line up with
	keepTail bool    // white space at the end is part of a value
	inside   bool    // part of a value: blank lines stay, # is no comment
	dropped  bool
	replaced []string // new lines in place of this one
}

// layout decides the new indentation of each line from the nodes on it.
type layout struct {
	src   *source
	lines []outLine // by line number from 1
}

func newLayout(s *source) *layout {
	return &layout{src: s, lines: make([]outLine, len(s.lines)+1)}
}

// parent is the old and new column of the key or dash that a value belongs to.
type parent level

func (l *layout) top(root *yaml.Node, t reflect.Type) {
	switch {
	case root.Kind == yaml.MappingNode && root.Style&yaml.FlowStyle == 0:
		l.mapping(root, t, 0)
	case root.Kind == yaml.SequenceNode && root.Style&yaml.FlowStyle == 0:
		l.sequence(root, t, 0)
	}
}

func (l *layout) mapping(n *yaml.Node, t reflect.Type, indent int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		l.place(key, indent)
		p := parent{old: key.Column - 1, new: indent}
		vt := keyType(t, key.Value)
		if vt != nil && isCondition(vt) && l.literal(key, value, p) {
			continue
		}
		l.value(value, vt, p)
	}
}

func (l *layout) sequence(n *yaml.Node, t reflect.Type, indent int) {
	for _, item := range n.Content {
		if l.dash(n, item, indent) {
			l.value(item, itemType(t), parent{old: n.Column - 1, new: indent})
		}
	}
}

// value lays out what belongs to a key or dash.
func (l *layout) value(n *yaml.Node, t reflect.Type, p parent) {
	flow := n.Style&yaml.FlowStyle != 0
	switch {
	case n.Kind == yaml.MappingNode && !flow:
		l.mapping(n, t, p.new+step)
	case n.Kind == yaml.SequenceNode && !flow:
		l.sequence(n, t, p.new+step)
	case n.Kind == yaml.AliasNode:
		l.place(n, p.new+step)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		l.place(n, p.new+step)
		l.block(n, p)
	case n.Kind == yaml.ScalarNode:
		l.place(n, p.new+step)
		l.continued(n, p)
	default:
		delta := p.new - p.old
		if l.place(n, p.new+step) {
			delta = p.new + step - (n.Column - 1)
		}
		l.shift(n.Line+1, l.src.flowEnd(n), delta)
	}
}

// place gives a node's line its indentation, if the node is first on it.
func (l *layout) place(n *yaml.Node, indent int) bool {
	line := l.src.line(n.Line)
	if n.Column-1 > len(line) || strings.TrimLeft(string(line[:n.Column-1]), " ") != "" || n.Column-1 == len(line) {
		return false
	}
	o := &l.lines[n.Line]
	o.placed, o.prefix, o.cut = true, strings.Repeat(" ", indent), n.Column-1
	o.levels = append(o.levels, level{n.Column - 1, indent})
	return true
}

// dash lays out the dash of a list item, on its line or on one above.
func (l *layout) dash(seq, item *yaml.Node, indent int) bool {
	at := item.Line
	for at >= seq.Line && l.src.runeAt(at, seq.Column) != '-' {
		at--
	}
	if at < seq.Line {
		return false
	}
	o := &l.lines[at]
	if !o.placed {
		o.placed, o.prefix = true, strings.Repeat(" ", indent)
	}
	o.levels = append(o.levels, level{seq.Column - 1, indent})
	o.prefix += "-"
	o.cut = seq.Column
	if at == item.Line && item.Column > seq.Column+1 && item.Column-1 < len(l.src.line(at)) {
		o.prefix += " "
		o.cut = item.Column - 1
		o.levels = append(o.levels, level{item.Column - 1, indent + step})
	}
	return true
}

// continued indents the further lines of a plain or quoted scalar, in which YAML
// ignores the indentation.
func (l *layout) continued(n *yaml.Node, p parent) {
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
	end := l.src.lastLine(n)
	for i := n.Line; i < end; i++ {
		l.lines[i].keepTail = quoted
		next := &l.lines[i+1]
		next.inside, next.placed = true, true
		next.cut = leading(l.src.line(i + 1))
		if next.cut < len(l.src.line(i+1)) {
			next.prefix = strings.Repeat(" ", p.new+step)
		}
	}
}

// shift moves whole lines, as those of a flow mapping over several lines.
func (l *layout) shift(from, to, delta int) {
	for i := from; i <= to && i < len(l.lines); i++ {
		o := &l.lines[i]
		o.placed, o.inside = true, true
		o.cut = leading(l.src.line(i))
		o.prefix = strings.Repeat(" ", max(o.cut+delta, 0))
	}
}

// block moves the lines of a literal or folded scalar.
func (l *layout) block(n *yaml.Node, p parent) {
	first, last, indent := l.src.blockLines(n, p.old)
	delta := p.new + step - indent
	if explicitIndent(l.src.line(n.Line)[n.Column-1:]) {
		delta = p.new - p.old
	}
	for i := first; i <= last; i++ {
		o := &l.lines[i]
		line := l.src.line(i)
		o.placed, o.inside, o.keepTail = true, true, true
		o.cut = min(leading(line), indent)
		if len(line) > o.cut {
			o.prefix = strings.Repeat(" ", max(o.cut+delta, 0))
		}
	}
}

func leading(line []rune) int {
	n := 0
	for n < len(line) && line[n] == ' ' {
		n++
	}
	return n
}
