package segment

import (
	"errors"
	"strings"
	"unicode"

	"github.com/winnow-gate/winnow/rules/written"
)

var (
	errSign  = errors.New("the amount names a currency, and none is asked for: name the currency of the analysis")
	errComma = errors.New("the amount is written with a decimal comma, and the others of the file are not: say that a comma it is, or mend it")
)

// writtenAmount reads an amount as people and spreadsheets write it: with the
// sign or code of the currency at an end, and with digits in groups of three.
// What could mean two things, as 1,234 does, stays an error.
func writtenAmount(s, currency string, decimals int, point byte) (int64, error) {
	sign, s := cutSign(strings.TrimSpace(s))
	before := strings.IndexFunc(s, unicode.IsDigit)
	if before < 0 {
		return 0, errAmount
	}
	after := strings.LastIndexFunc(s, unicode.IsDigit) + 1
	front, rest, back := strings.TrimSpace(s[:before]), s[before:after], strings.TrimSpace(s[after:])
	if sign == "" {
		sign, front = cutSign(front) // as in € -5 and -€5
		if inner, name := lastSign(front); sign == "" {
			sign, front = inner, name
		}
	}
	name := strings.TrimSpace(front + back)
	switch {
	case front != "" && back != "":
		return 0, errAmount
	case name != "" && !written.IsCurrency(name):
		return 0, errAmount
	case name != "" && currency == "":
		return 0, errSign
	case name != "" && !written.IsFor(name, currency):
		return 0, errOther
	}
	rest, ok := ungrouped(rest, point)
	if !ok {
		return 0, errAmount
	}
	n, err := parseAmount(sign+rest, decimals, point)
	if errors.Is(err, errAmount) && point == '.' && commaTells(rest) > 0 {
		return 0, errComma
	}
	return n, err
}

// cutSign takes a sign off the front; a minus may be the typographic one.
func cutSign(s string) (sign, rest string) {
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return "-", strings.TrimSpace(rest)
		}
	}
	return "", s
}

// lastSign takes a sign off the end.
func lastSign(s string) (sign, rest string) {
	for _, minus := range []string{"-", "\u2212"} {
		if rest, ok := strings.CutSuffix(s, minus); ok {
			return "-", strings.TrimSpace(rest)
		}
	}
	return "", s
}

// ungrouped is a number without what stands between its groups of three digits:
// spaces, apostrophes, and whichever of point and comma is not the decimal sign.
// A comma alone, as in 1,234, may be meant for the decimal sign, and stays.
func ungrouped(s string, point byte) (string, bool) {
	whole, rest := s, ""
	i := strings.LastIndexByte(s, point)
	if i >= 0 {
		whole, rest = s[:i], s[i:]
	}
	at := strings.IndexFunc(whole, func(r rune) bool { return !unicode.IsDigit(r) })
	if at < 0 || whole[at] == ',' && i < 0 {
		return s, true
	}
	sep := string([]rune(whole[at:])[0])
	if !strings.Contains(" \u00a0\u202f\u2009'\u2019.,", sep) || sep == string(point) {
		return s, false
	}
	groups := strings.Split(whole, sep)
	for i, g := range groups {
		if len(g) > 3 || len(g) == 0 || i > 0 && len(g) < 3 {
			return s, false
		}
	}
	return strings.Join(groups, "") + rest, true
}

// commaTells is 1 for an amount that can only be written with a decimal comma,
// -1 for one with a decimal point, and 0 for what tells nothing.
func commaTells(s string) int {
	from, to := strings.IndexFunc(s, unicode.IsDigit), strings.LastIndexFunc(s, unicode.IsDigit)
	if from < 0 {
		return 0
	}
	s = s[from : to+1] // without signs such as kr.
	comma, point := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	last := max(comma, point)
	if last < 0 {
		return 0
	}
	decimals := len(s) - last - 1
	tells := 1
	if last == point {
		tells = -1
	}
	switch {
	case comma >= 0 && point >= 0: // the other one groups
		return tells
	case strings.Count(s, s[last:last+1]) > 1: // both group, so the other one is decimal
		return -tells
	case decimals == 3:
		return 0
	}
	return tells
}
