package markers

import "strings"

type kind uint8

const (
	inline  kind = iota // a value: [[winnow:hero.headline|…]]
	opening             // of a block
	closing
)

// mark is one mark in a text.
type mark struct {
	kind       kind
	start, end int
	slot       string // the whole name until it is resolved
	path       string // of a value in the slot's content
	known      bool   // the bundle has the slot
	variant    string // of a block; "" for a piece that a value takes the place of
	fallback   string
}

// maxName bounds what a mark may hold before its bar; a longer one is none.
const maxName = 256

// scan finds the marks of a text, in its order.
func scan(text string) []mark {
	const word = "winnow:"
	var marks []mark
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return marks
		}
		i += at
		m, ok := markAt(text, at, i, i+len(word))
		if !ok {
			at = i + len(word)
			continue
		}
		marks = append(marks, m)
		at = m.end
	}
}

// markAt reads the mark around the word that stands from i to j. Nothing before
// floor belongs to it.
func markAt(text string, floor, i, j int) (mark, bool) {
	before := text[floor:i]
	m := mark{kind: opening}
	if rest, ok := strings.CutSuffix(before, "/"); ok {
		m.kind, before = closing, rest
	}
	switch {
	case strings.HasSuffix(before, "[["):
		m.start = floor + len(before) - 2
		return bracket(m, text, j)
	default:
		trimmed := strings.TrimRight(before, " ")
		if !strings.HasSuffix(trimmed, "<!--") {
			return m, false
		}
		m.start = floor + len(trimmed) - 4
		return comment(m, text, j)
	}
}

// bracket reads what follows [[winnow:.
func bracket(m mark, text string, j int) (mark, bool) {
	n := strings.Index(text[j:], "]]")
	if n < 0 {
		return m, false
	}
	inner := text[j : j+n]
	m.end = j + n + 2
	name, fallback, barred := strings.Cut(inner, "|")
	if len(name) > maxName {
		return m, false
	}
	m.fallback = fallback
	if m.kind == closing {
		m.slot = strings.TrimSpace(name)
		return m, true
	}
	if m.split(name); m.variant == "" || barred {
		m.kind, m.variant = inline, ""
	}
	return m, true
}

// comment reads what follows <!--winnow:.
func comment(m mark, text string, j int) (mark, bool) {
	n := strings.Index(text[j:], "-->")
	if n < 0 || n > maxName {
		return m, false
	}
	m.end = j + n + 3
	m.split(text[j : j+n])
	return m, true
}

// split tells the slot from the variant in hero=vip or hero:vip.
func (m *mark) split(name string) {
	m.slot = strings.TrimSpace(name)
	if at := strings.IndexAny(name, "=:"); at >= 0 {
		m.slot, m.variant = strings.TrimSpace(name[:at]), strings.TrimSpace(name[at+1:])
	}
}
