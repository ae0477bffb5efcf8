package diag

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNameLen bounds the quadratic comparison: a longer name is not a typo.
const maxNameLen = 80

// Nearest finds the candidate that the author most likely meant by name. It
// knows swapped, missing, added and wrong letters, other upper and lower case,
// and dotted paths of which one segment is mistyped or left out. The answer
// does not depend on the order of the candidates.
func Nearest(name string, candidates []string) (string, bool) {
	if name == "" || len(name) > maxNameLen {
		return "", false
	}
	best, bestScore := "", -1
	for _, c := range candidates {
		score, ok := nearness(name, c)
		if !ok {
			continue
		}
		if bestScore < 0 || score < bestScore || score == bestScore && c < best {
			best, bestScore = c, score
		}
	}
	return best, bestScore >= 0
}

// DidYouMean is `did you mean "x"?` with the nearest candidate, or nothing.
func DidYouMean(name string, candidates []string) string {
	best, ok := Nearest(name, candidates)
	if !ok {
		return ""
	}
	return "did you mean " + strconv.Quote(best) + "?"
}

// nearness scores how far a candidate is from a name; smaller is nearer. The
// steps of ten keep the kinds of likeness apart: the same word in another case
// beats a typo, which beats a path with a missing first segment.
func nearness(name, candidate string) (int, bool) {
	if name == candidate || len(candidate) > maxNameLen {
		return 0, false
	}
	a, b := strings.ToLower(name), strings.ToLower(candidate)
	if a == b || squash(a) == squash(b) {
		return 0, true
	}
	if d := editDistance(a, b); d <= threshold(a, b) {
		return 10 * d, true
	}
	return pathNearness(a, b)
}

// pathNearness compares dotted paths: "email" is near "contact.email", and
// "contct.emial" is near "contact.email" although two segments are wrong.
func pathNearness(a, b string) (int, bool) {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	if len(bs) < 2 {
		return 0, false
	}
	lastA, lastB := as[len(as)-1], bs[len(bs)-1]
	if len(as) == 1 {
		if lastA == lastB {
			return 15, true
		}
		if d := editDistance(lastA, lastB); d <= threshold(lastA, lastB) {
			return 15 + 10*d, true
		}
		return 0, false
	}
	if len(as) != len(bs) {
		// crm.contact.email and contact.email: the same thing under another roof.
		return 45, len(lastA) > 3 && lastA == lastB
	}
	total := 0
	for i := range as {
		d := editDistance(as[i], bs[i])
		if d > threshold(as[i], bs[i]) {
			return 40, len(lastA) > 3 && lastA == lastB
		}
		total += d
	}
	return 10 * total, true
}

func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, s)
}

// threshold is the number of slips still taken for a typo. Two-letter names are
// near nothing: every other two-letter name would be.
func threshold(a, b string) int {
	switch n := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)); {
	case n <= 2:
		return 0
	case n <= 5:
		return 1
	case n <= 9:
		return 2
	default:
		return 3
	}
}

// editDistance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours, each of cost one.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, prev, cur := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(y)]
}
