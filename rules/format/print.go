package format

import "strings"

// String puts the lines together: comments beside their neighbours, at most one
// blank line in a row, none at the start and the end.
func (l *layout) String() string {
	l.placeComments()
	var out []string
	end := 0 // lines up to here are not blank, or their blanks are part of a value
	for i := 1; i < len(l.lines); i++ {
		o := l.lines[i]
		line := l.src.line(i)
		switch {
		case o.replaced != nil:
			out = append(out, o.replaced...)
		case o.dropped:
			continue
		case !o.inside && strings.TrimSpace(string(line)) == "":
			if len(out) > 0 && out[len(out)-1] != "" {
				out = append(out, "")
			}
			continue
		default:
			out = append(out, o.text(line))
		}
		end = len(out)
	}
	if end == 0 {
		return ""
	}
	return strings.Join(out[:end], "\n") + "\n"
}

func (o outLine) text(line []rune) string {
	text := string(line)
	if o.placed {
		text = o.prefix + string(line[min(o.cut, len(line)):])
	}
	if o.keepTail {
		return text
	}
	return strings.TrimRight(text, " \t")
}

// placeComments indents lines that hold only a comment: like the next line of
// the file, or, at the end of a block, like the lines before.
func (l *layout) placeComments() {
	for i := len(l.lines) - 1; i > 0; i-- {
		o := &l.lines[i]
		line := l.src.line(i)
		column := leading(line)
		if o.inside || o.dropped || o.placed || column >= len(line) || line[column] != '#' {
			continue
		}
		o.placed, o.cut = true, column
		o.prefix = strings.Repeat(" ", l.commentIndent(i, column))
	}
}

func (l *layout) commentIndent(at, column int) int {
	for i := at + 1; i < len(l.lines); i++ {
		if levels := l.lines[i].levels; len(levels) > 0 {
			if column <= levels[0].old {
				return levels[0].new
			}
			break
		}
	}
	for i := at - 1; i > 0; i-- {
		best := level{-1, 0}
		for _, lv := range l.lines[i].levels {
			if lv.old <= column && lv.old > best.old {
				best = lv
			}
		}
		if best.old >= 0 {
			return best.new
		}
	}
	return 0
}
