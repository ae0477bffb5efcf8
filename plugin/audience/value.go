package audience

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/written"
)

// append writes a cell's value as JSON, or nothing when there is none. Text that
// can't be what the field's type wants is written as text: deciding then treats
// the field as unknown, as it does with such a value over the webhook.
func (c *cell) append(dst, text []byte) (_ []byte, some bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || c.isEmpty(text) {
		return dst, false
	}
	if c.typ.Kind != field.List {
		dst, _ = c.one(dst, c.typ.Kind, text)
		return dst, true
	}
	if c.typ.Elem == field.Object || text[0] == '[' {
		if json.Valid(text) {
			return append(dst, text...), true
		}
		return AppendString(dst, text), true
	}
	dst = append(dst, '[')
	sep, first := c.split(text), true
	for more := true; more; {
		var item []byte
		item, text, more = bytes.Cut(text, sep)
		if item = bytes.TrimSpace(item); len(item) == 0 || c.isEmpty(item) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst, _ = c.one(dst, c.typ.Elem, item)
	}
	return append(dst, ']'), true
}

func (c *cell) isEmpty(text []byte) bool {
	for _, e := range c.empty {
		if strings.EqualFold(e, string(text)) {
			return true
		}
	}
	return false
}

func (c *cell) split(text []byte) []byte {
	if c.col.Split != "" {
		return []byte(c.col.Split)
	}
	for _, sep := range [...]string{";", "|"} {
		if bytes.Contains(text, []byte(sep)) {
			return []byte(sep)
		}
	}
	return []byte(",")
}

// one writes a single value. fits is false when it had to be written as text.
func (c *cell) one(dst []byte, kind field.Kind, text []byte) (_ []byte, fits bool) {
	switch kind {
	case field.Bool:
		if v, ok := c.truth(text); ok {
			return strconv.AppendBool(dst, v), true
		}
	case field.Int, field.Float:
		comma := c.col.Decimal == ","
		if n, ok := appendNumber(dst, text, comma); ok {
			return n, true
		}
		if bare := withoutCurrency(text); len(bare) < len(text) {
			if n, ok := appendNumber(dst, bare, comma); ok {
				return n, true
			}
		}
	case field.Time:
		if t, ok := c.date.append(dst, text); ok {
			return t, true
		}
	default:
		return AppendString(dst, text), true
	}
	return AppendString(dst, text), false
}

func (c *cell) truth(text []byte) (v, ok bool) {
	word := strings.ToLower(string(text))
	fold := func(w string) bool { return strings.EqualFold(w, word) }
	switch {
	case slices.ContainsFunc(c.col.Yes, fold):
		return true, true
	case slices.ContainsFunc(c.col.No, fold):
		return false, true
	}
	return commonTruth(word)
}

// commonTruth knows the words for true and false that exports use, in the
// languages of winnow's users.
func commonTruth(word string) (v, ok bool) {
	switch word {
	case "true", "yes", "y", "t", "1", "on", "x", "tak", "ja", "да", "có", "oui", "sí", "si", "prawda", "wahr", "vrai", "sand":
		return true, true
	case "false", "no", "n", "f", "0", "off", "nie", "nej", "nein", "нет", "không", "non", "fałsz", "falsch", "faux", "falsk":
		return false, true
	default:
		return false, false
	}
}

// withoutCurrency is an amount without the sign or code of a currency before or
// after it. Which one it is does not matter: fields have the sender's.
func withoutCurrency(text []byte) []byte {
	digit := func(r rune) bool { return r >= '0' && r <= '9' || r == '-' || r == '+' }
	from, to := bytes.IndexFunc(text, digit), bytes.LastIndexFunc(text, digit)+1
	isName := func(b []byte) bool {
		b = bytes.TrimSpace(b)
		return len(b) == 0 || written.IsCurrency(string(b))
	}
	if from < 0 || !isName(text[:from]) || !isName(text[to:]) {
		return text
	}
	return text[from:to]
}

// appendNumber writes a number as JSON does. Spaces, apostrophes and whichever
// of . and , is not the decimal sign may group digits.
func appendNumber(dst, text []byte, comma bool) (_ []byte, ok bool) {
	point, group := byte('.'), byte(',')
	if comma {
		point, group = ',', '.'
	}
	start, digits, points := len(dst), 0, 0
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			if b == '0' && digits == 0 && points == 0 && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' {
				continue // JSON has no leading zeros
			}
			dst = append(dst, b)
			digits++
		case b == point && points == 0 && i+1 < len(text):
			if digits == 0 {
				dst = append(dst, '0')
			}
			dst, points = append(dst, '.'), 1
		case (b == '-' || b == '+') && i == 0:
			if b == '-' {
				dst = append(dst, b)
			}
		case (b == group || b == ' ' || b == '\'') && digits > 0 && points == 0 && threeDigits(text[i+1:]):
		case digits > 0 && points == 0 && groupSign(text[i:]) > 0 && threeDigits(text[i+groupSign(text[i:]):]):
			i += groupSign(text[i:]) - 1
		case (b == 'e' || b == 'E') && digits > 0 && exponent(text[i+1:]):
			return append(dst, text[i:]...), true
		default:
			return dst[:start], false
		}
	}
	return dst, digits > 0
}

// groupSign is the length of a sign beyond ASCII that groups digits, 0 for none:
// hard and narrow spaces, and the typographic apostrophe.
func groupSign(b []byte) int {
	for _, s := range [...]string{"\u00a0", "\u202f", "\u2009", "\u2019"} {
		if len(b) >= len(s) && string(b[:len(s)]) == s {
			return len(s)
		}
	}
	return 0
}

// threeDigits reports whether just three digits come before what is no digit.
func threeDigits(b []byte) bool {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n == 3
}

func exponent(b []byte) bool {
	if len(b) > 1 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	for _, d := range b {
		if d < '0' || d > '9' {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 3
}

// AppendString writes text, which must be valid UTF-8, as a JSON string.
func AppendString[T ~string | ~[]byte](dst []byte, text T) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := range len(text) {
		b := text[i]
		if b >= ' ' && b != '"' && b != '\\' || b >= utf8.RuneSelf {
			continue
		}
		dst = append(dst, text[from:i]...)
		if from = i + 1; b == '"' || b == '\\' {
			dst = append(dst, '\\', b)
			continue
		}
		dst = append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
	}
	return append(append(dst, text[from:]...), '"')
}
