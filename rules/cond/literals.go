package cond

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxWords bounds the words that a regular expression is written out as.
const maxWords = 32

// matcher is a regular expression as a function. One that stands for a few
// words, such as @(mailinator|tempmail)\.(com|net)$, is asked word by word,
// which takes a tenth of the time.
func matcher(re *regexp.Regexp) func(string) bool {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return re.MatchString // it was compiled, so it parses
	}
	var parts []*syntax.Regexp
	parts = flatten(parts, tree)
	begin := len(parts) > 0 && parts[0].Op == syntax.OpBeginText
	if begin {
		parts = parts[1:]
	}
	end := len(parts) > 0 && parts[len(parts)-1].Op == syntax.OpEndText
	if end {
		parts = parts[:len(parts)-1]
	}
	words, ok := wordsOf(parts)
	if !ok {
		return re.MatchString
	}
	return wordTest(words, begin, end)
}

func wordTest(words []string, begin, end bool) func(string) bool {
	test := strings.Contains
	switch {
	case begin && end:
		return func(s string) bool { return slices.Contains(words, s) }
	case begin:
		test = strings.HasPrefix
	case end:
		return func(s string) bool {
			for _, w := range words {
				if strings.HasSuffix(s, w) {
					return true
				}
			}
			return false
		}
	}
	return func(s string) bool {
		for _, w := range words {
			if test(s, w) {
				return true
			}
		}
		return false
	}
}

// flatten lists what stands one after the other, within groups too.
func flatten(dst []*syntax.Regexp, re *syntax.Regexp) []*syntax.Regexp {
	if re.Op != syntax.OpConcat {
		return append(dst, re)
	}
	for _, sub := range re.Sub {
		dst = flatten(dst, sub)
	}
	return dst
}

// wordsOf writes out all texts that the parts stand for, one after the other.
func wordsOf(parts []*syntax.Regexp) (words []string, ok bool) {
	words = []string{""}
	for _, p := range parts {
		next, ok := wordsOfOne(p)
		if !ok || len(words)*len(next) > maxWords {
			return nil, false
		}
		joined := make([]string, 0, len(words)*len(next))
		for _, w := range words {
			for _, n := range next {
				joined = append(joined, w+n)
			}
		}
		words = joined
	}
	return words, true
}

func wordsOfOne(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		// A byte that is no UTF-8 matches U+FFFD in expressions only.
		return []string{string(re.Rune)}, re.Flags&syntax.FoldCase == 0 && !slices.Contains(re.Rune, utf8.RuneError)
	case syntax.OpCapture, syntax.OpConcat:
		return wordsOf(re.Sub)
	case syntax.OpQuest:
		words, ok := wordsOfOne(re.Sub[0])
		return append(words, ""), ok
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words, ok := wordsOfOne(sub)
			if all = append(all, words...); !ok || len(all) > maxWords {
				return nil, false
			}
		}
		return all, true
	case syntax.OpCharClass:
		return wordsOfClass(re.Rune)
	default:
		return nil, false
	}
}

// wordsOfClass lists a class of characters, given as pairs from and to.
func wordsOfClass(pairs []rune) (words []string, ok bool) {
	for i := 0; i < len(pairs); i += 2 {
		for r := pairs[i]; r <= pairs[i+1]; r++ {
			if words = append(words, string(r)); len(words) > maxWords || r == utf8.RuneError {
				return nil, false
			}
		}
	}
	return words, len(words) > 0
}
