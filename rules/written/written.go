// Package written knows how people and spreadsheets write what rules read: the
// names of currencies, and what parts the columns of a file. It exists so that a
// file of orders, a file of contacts and a list of addresses are understood alike.
package written

import (
	"bytes"
	"slices"
	"strings"
)

// Separator is the most frequent of some signs in the first line of a text; of
// equals the first, and that too when there is none.
func Separator(text []byte, signs string) rune {
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	best, most := rune(signs[0]), 0
	for _, c := range signs {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// Currencies are the codes that a sign or short form stands for, in any case: a
// sign that several share, as $, has all of them. It is empty for other words,
// codes among them.
func Currencies(sign string) []string {
	switch strings.ToLower(sign) {
	case "€":
		return []string{"EUR"}
	case "£":
		return []string{"GBP"}
	case "$":
		return []string{"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}
	case "¥":
		return []string{"JPY", "CNY"}
	case "kr", "kr.":
		return []string{"DKK", "NOK", "SEK", "ISK"}
	case "fr", "fr.", "sfr", "sfr.":
		return []string{"CHF"}
	case "zł", "zl":
		return []string{"PLN"}
	case "kč":
		return []string{"CZK"}
	case "ft":
		return []string{"HUF"}
	case "lei":
		return []string{"RON"}
	case "₫", "đ":
		return []string{"VND"}
	case "₽", "руб", "руб.":
		return []string{"RUB"}
	case "₴":
		return []string{"UAH"}
	case "₺":
		return []string{"TRY"}
	}
	return nil
}

// IsCurrency reports whether a word is a sign, a short form or a code of three
// capitals.
func IsCurrency(word string) bool {
	return Currencies(word) != nil || len(word) == 3 && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// IsFor reports whether a word may stand for the currency of a code.
func IsFor(word, code string) bool {
	return word == code || slices.Contains(Currencies(word), code)
}
