package format

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// parse turns the text into its one YAML node; nil when there is none, because
// the file is empty or because the mistake is in the list.
func (s *source) parse(text []byte) *yaml.Node {
	docs, err := parseNodes(text, 2)
	if err != nil {
		s.syntaxError(text, err)
		return nil
	}
	if len(docs) == 0 || len(docs[0].Content) == 0 {
		return nil
	}
	if len(docs) > 1 {
		s.report(s.placeOf(docs[1].Content[0]), diag.SeveralDocuments,
			"the file holds more than one YAML document", "remove the --- line, or put each document into a file of its own")
	}
	return docs[0].Content[0]
}

// parseNodes reads up to limit documents. The YAML library panics on some
// hostile inputs; this is the one place where that becomes an error.
func parseNodes(text []byte, limit int) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			docs, err = nil, fmt.Errorf("yaml: this text cannot be read: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for len(docs) < limit {
		var n yaml.Node
		switch err := dec.Decode(&n); {
		case err == io.EOF:
			return docs, nil
		case err != nil:
			return nil, err
		}
		if len(n.Content) > 0 {
			docs = append(docs, &n)
		}
	}
	return docs, nil
}

func (s *source) syntaxError(text []byte, err error) {
	n := s.lastReadable(text)
	line := s.line(n)
	start := 0
	for start < len(line) && (line[start] == ' ' || line[start] == '-') {
		start++
	}
	at := diag.Place{Line: n, Column: start + 1, EndColumn: max(len(line), start+1) + 1}
	msg, here := yamlMessage(err), string(line)
	hint := syntaxHint(here, string(s.line(n-1)))
	if strings.Contains(msg, "expected ',' or") && strings.ContainsAny(here, "}]") {
		hint = "between braces or brackets a condition stands in quotes; or write each key on a line of its own"
	}
	s.report(at, diag.YAMLSyntax, "this is not valid YAML: "+msg, hint)
}

// yamlMessage strips the library's own name and line: the line it gives is where
// the surrounding block began, which sends the author to the wrong place.
func yamlMessage(err error) string {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(msg, "line "); ok {
		if _, after, ok := strings.Cut(rest, ": "); ok {
			msg = after
		}
	}
	return strings.ReplaceAll(msg, "\n", " ")
}

// lastReadable finds the line at which the text stops being YAML: the lines
// before it parse, with it they do not, and no few lines more heal it. In a
// large file it may stop searching early and then names a line shortly before.
func (s *source) lastReadable(text []byte) int {
	ends := lineEnds(text)
	budget := searchBudget
	fails := func(lines int) bool {
		budget -= ends[lines]
		_, err := parseNodes(text[:ends[lines]], 2)
		return err != nil
	}
	good, bad := 0, len(ends)-1
	for bad-good > 1 && budget > 0 {
		mid := (good + bad) / 2
		if healed, ok := firstGood(fails, mid, min(mid+healWithin, bad)); ok {
			good = healed
		} else {
			bad = mid
		}
	}
	return min(good+1, len(s.lines))
}

const (
	// healWithin is how many lines a bracket or quote may stay open before it is
	// taken for the mistake itself.
	healWithin = 8
	// searchBudget bounds the bytes parsed in search of a mistake.
	searchBudget = 4 << 20
)

func firstGood(fails func(int) bool, from, to int) (int, bool) {
	for n := from; n < to; n++ {
		if !fails(n) {
			return n, true
		}
	}
	return 0, false
}

// lineEnds holds, for each number of lines, how many bytes they take.
func lineEnds(text []byte) []int {
	ends := []int{0}
	for i, b := range text {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	if ends[len(ends)-1] != len(text) || len(ends) == 1 {
		ends = append(ends, len(text))
	}
	return ends
}

// syntaxHint guesses from the line and the one before it what the author was after.
func syntaxHint(line, before string) string {
	_, value, _ := strings.Cut(line, ": ")
	value = strings.TrimSpace(value)
	switch {
	case strings.Contains(line, "\t") && strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		return "indent with spaces, YAML allows no tabs there"
	case value != "" && strings.ContainsAny(value[:1], `"'`):
		return "a value that starts with a quote ends at the next such quote; write it on the next line, after `key: |`"
	case value != "" && strings.ContainsAny(value[:1], "[{"):
		return "a value that starts with a bracket is a list or mapping to YAML; close it, or write a condition on the next line, after `key: |`"
	case value != "" && strings.ContainsAny(value[:1], "*&!|>%@`"):
		return fmt.Sprintf("a value cannot start with %s; write the condition on the next line, after `key: |`", value[:1])
	case strings.Contains(value, " #"), strings.Contains(before, ": ") && strings.Contains(before, ", #"):
		return "a # after a space starts a comment; write the condition on the next line, after `key: |`"
	case actionPattern.MatchString(line):
		return "write the inner key in braces, as in `action: {hold: 7d}`, or on a line of its own"
	case strings.Contains(value, ": "):
		return "a value with a colon and a space in it needs quotes around it, or the next line after `key: |`"
	case gluedKey.MatchString(line):
		return "put a space behind the colon: `key: value`"
	case strings.HasSuffix(strings.TrimRight(before, " "), "|"):
		return "indent what belongs to a key deeper than the key"
	case lostColon.MatchString(line):
		return "a key has a colon and a space behind it: `key: value`"
	}
	return "check the indentation and the quotes of this line and the one before it"
}

var (
	// gluedKey matches a key without a space behind its colon, lostColon a line of words.
	gluedKey  = regexp.MustCompile(`^\s*(- )?\w+:\S`)
	lostColon = regexp.MustCompile(`^\s*(- )?\w+ \w[^:]*$`)
)

var actionPattern = regexp.MustCompile(`^\s*(- )?\w+:\s+(hold|reroute|cap|ask|pin|canary):\s`)
