package format

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/diag"
)

// MaxFileSize is the largest file that is read, in bytes.
const MaxFileSize = 1 << 20

// maxFindings bounds the list: nobody reads on after so many, and a hostile file
// could hold one in every second byte.
const maxFindings = 1000

// source is one file under reading: its lines, for places, and what was found.
type source struct {
	path  string
	lines []string
	list  diag.List
	// mistakes counts on after the list is full.
	mistakes int
	// The last line asked for, as runes: neighbours are asked one after another.
	runes   []rune
	runesOf int
}

// newSource cleans the text (byte order mark, Windows line ends) and refuses
// what YAML parsers and editors do not agree about. ok is false when there is no
// sense in reading on.
func newSource(path string, src []byte) (s *source, text []byte, ok bool) {
	s = &source{path: path}
	if len(src) > MaxFileSize {
		s.report(diag.Place{}, diag.FileTooLarge,
			fmt.Sprintf("the file has %d bytes, more than the %d allowed", len(src), MaxFileSize),
			"split it: a bundle may have many files")
		return s, nil, false
	}
	text = bytes.TrimPrefix(src, []byte("\ufeff"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	s.lines = strings.Split(string(text), "\n")
	for i, line := range s.lines {
		column := 1
		for j, r := range line {
			if what := refusedRune(r, line[j:]); what != "" {
				s.report(diag.Place{Line: i + 1, Column: column, EndColumn: column + 1}, diag.BadEncoding,
					what+" does not belong in a rule file", "save the file as plain UTF-8 text and type this place again")
				return s, nil, false
			}
			column++
		}
	}
	return s, text, true
}

// refusedRune names a character that must not be in a file. Line separators
// other than \n are among them: YAML counts them as line ends, editors do not,
// and every later place would be wrong.
func refusedRune(r rune, rest string) string {
	switch {
	case r == utf8.RuneError && strings.HasPrefix(rest, "\ufffd"):
		return ""
	case r == utf8.RuneError:
		return "a byte that is not UTF-8"
	case r == '\t':
		return ""
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return fmt.Sprintf("the control character U+%04X", r)
	case r == '\u2028', r == '\u2029':
		return fmt.Sprintf("the invisible line separator U+%04X", r)
	case r == '\ufeff', r == '\ufffe', r == '\uffff':
		return fmt.Sprintf("the invisible character U+%04X", r)
	}
	return ""
}

func (s *source) report(at diag.Place, code, message, hint string) {
	s.reportAs(diag.Error, at, code, message, hint)
}

func (s *source) reportAs(sev diag.Severity, at diag.Place, code, message, hint string) {
	s.mistakes++
	if len(s.list) >= maxFindings {
		return
	}
	at.File = s.path
	s.list.Add(diag.Diagnostic{Place: at, Severity: sev, Code: code, Message: message, Hint: hint})
}

// line is the text of a line by its number from 1, as runes.
func (s *source) line(n int) []rune {
	if n < 1 || n > len(s.lines) {
		return nil
	}
	if s.runesOf != n {
		s.runes, s.runesOf = []rune(s.lines[n-1]), n
	}
	return s.runes
}

// runeAt is the rune at a place counted from 1, or 0 outside the text.
func (s *source) runeAt(line, column int) rune {
	text := s.line(line)
	if column < 1 || column > len(text) {
		return 0
	}
	return text[column-1]
}
