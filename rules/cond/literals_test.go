package cond

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However an expression is asked, the answer is that of package regexp.
func TestMatcherAgreesWithRegexp(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b", "ab", "@", `\.`, "(a|b)", "(a|)", "a?", "[ab]", "[a-z]", "(?:ab|ba|(a|b)c)", "(?i:a)", ".", "a*", "ż", "\ufffd", "^", "$", "(?m:$)", `\b`, "", "(^a|b$)", `\z`, `\A`})
	texts := rapid.SampledFrom([]string{"a", "b", "c", "ab", "ba", "@", ".", "ż", "A", "\n", "\xff", "\ufffd", ""})
	rapid.Check(t, func(t *rapid.T) {
		re, err := regexp.Compile(strings.Join(rapid.SliceOfN(piece, 0, 5).Draw(t, "expression"), ""))
		if err != nil {
			return
		}
		match := matcher(re)
		for range 8 {
			text := strings.Join(rapid.SliceOfN(texts, 0, 6).Draw(t, "text"), "")
			if match(text) != re.MatchString(text) {
				t.Fatalf("%s on %q: want %v", re, text, re.MatchString(text))
			}
		}
	})
}

func TestMatcherWritesOutWords(t *testing.T) {
	for expression, want := range map[string]int{
		`(mailinator|tempmail)\.(com|net)`: 4, `(vip|gold)`: 2, "b2b": 1, "ca[rt]s?": 4,
		`\d\d`: 0, "(?i)vip": 0, "a+": 0, "[a-z][a-z]": 0,
	} {
		tree, err := syntax.Parse(expression, syntax.Perl)
		require.NoError(t, err)
		words, _ := wordsOf(flatten(nil, tree))
		require.Len(t, words, want, expression)
	}
}
