// Package fold breaks text into lines of a width. It exists so that all that is
// shown in a terminal, of rules and of reports, is broken in one way.
package fold

import (
	"strings"
	"unicode/utf8"
)

// Words breaks text at spaces into lines of no more than so many characters, 0 for
// any; a longer word keeps its own line. Colours take no room.
func Words(text string, width int) []string {
	if width <= 0 || Width(text) <= width {
		return []string{text}
	}
	var out []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := Width(word)
		switch {
		case line == "":
			line, used = word, n
		case used+1+n <= width:
			line, used = line+" "+word, used+1+n
		default:
			out, line, used = append(out, line), word, n
		}
	}
	return append(out, line)
}

// Width is how many characters a text shows in a terminal: what sets its colours,
// from an escape to the letter m, is none.
func Width(text string) int {
	n := 0
	for text != "" {
		plain, rest, _ := strings.Cut(text, "\x1b[")
		n += utf8.RuneCountInString(plain)
		_, text, _ = strings.Cut(rest, "m")
	}
	return n
}
