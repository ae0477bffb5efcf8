package cond

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/rules/diag"
)

// unclosed finds the quote, comment or bracket that is opened and not closed.
// The parser only notices at the end, far from the slip.
func unclosed(runes []rune) []problem {
	open := outsideText(runes, func(int) {})
	switch {
	case open < 0:
		return brackets(runes)
	case runes[open] == '/':
		return []problem{{open, open + 2, diag.ConditionSyntax, "this comment is never closed", "end it with */"}}
	default:
		quote := runes[open]
		return []problem{{open, open + 1, diag.ConditionSyntax, fmt.Sprintf("this %c opens a text that is never closed", quote), fmt.Sprintf("end the text with %c, in the same line", quote)}}
	}
}

// brackets finds the first bracket without its other half.
func brackets(runes []rune) []problem {
	closers := map[rune]rune{'(': ')', '[': ']', '{': '}'}
	var open []int // where those stand that are not closed yet
	var out []problem
	fail := func(at int, msg, hint string) {
		out = append(out, problem{at, at + 1, diag.ConditionSyntax, msg, hint})
	}
	outsideText(runes, func(i int) {
		r := runes[i]
		switch {
		case len(out) > 0:
		case closers[r] != 0:
			open = append(open, i)
		case r != ')' && r != ']' && r != '}':
		case len(open) == 0:
			fail(i, fmt.Sprintf("this %c closes nothing", r), "remove it, or open the bracket before it")
		default:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			if own := closers[runes[last]]; r != own {
				fail(last, fmt.Sprintf("this %c is closed by %c", runes[last], r), fmt.Sprintf("close it with %c", own))
			}
		}
	})
	if len(out) == 0 && len(open) > 0 {
		last := open[len(open)-1]
		fail(last, fmt.Sprintf("this %c is never closed", runes[last]), fmt.Sprintf("put %c where its part ends", closers[runes[last]]))
	}
	return out
}

// spanForm is a span of time as people write it: 30 days, 2w, 12 hours.
var spanForm = regexp.MustCompile(`(?:^|[^\w.])(([0-9]{1,6}) ?(d|days?|w|weeks?|months?|y|years?|h|hours?|m|min|minutes?|s|seconds?))(?:$|\W)`)

// spansOfTime finds 30 days and 30d, which conditions write in another way.
func spansOfTime(runes []rune) []problem {
	code := codeOf(runes)
	var out []problem
	for _, m := range spanForm.FindAllStringSubmatchIndex(code, -1) {
		count, unit := code[m[4]:m[5]], code[m[6]:m[7]]
		out = append(out, problem{m[2], m[3], diag.DaysInDuration, fmt.Sprintf("%s is not how a span of time is written here", code[m[2]:m[3]]), spanHint(count, unit)})
	}
	return out
}

// codeOf is a condition with its texts and comments blanked: one byte a rune, so
// that the places of a match are those of the runes.
func codeOf(runes []rune) string {
	code := []byte(strings.Repeat(" ", len(runes)))
	outsideText(runes, func(i int) {
		code[i] = '.'
		if runes[i] < 0x80 {
			code[i] = byte(runes[i])
		}
	})
	return string(code)
}

// spanHint says how a count of a unit is written.
func spanHint(count, unit string) string {
	days := map[byte]int{'d': 1, 'w': 7, 'y': 365}[unit[0]]
	if strings.HasPrefix(unit, "mo") {
		days = 30
	}
	if days == 0 {
		return fmt.Sprintf(`write duration("%s%c")`, count, unit[0])
	}
	n, _ := strconv.Atoi(count)
	return fmt.Sprintf("days_since(…) is a number of days: compare it with %d; compare ago(…) with days(%d)", n*days, n*days)
}
