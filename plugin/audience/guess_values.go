package audience

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/rules/field"
)

// guessValues finds how the values of a column are written.
func guessValues(f *Found, t field.Type, values []string, sep byte) {
	f.Empty = emptyWords(t, values)
	switch t.Kind {
	case field.Int, field.Float:
		guessDecimal(f, t.Kind, values, sep)
	case field.Time:
		guessDate(f, values)
	}
}

// complete fills in how the values of a column are written, where the mapping
// does not say.
func (f *Found) complete(t field.Type, values []string, sep byte) {
	g := Found{}
	guessValues(&g, t, values, sep)
	f.Date, f.Decimal, f.Note = cmp.Or(f.Date, g.Date), cmp.Or(f.Decimal, g.Decimal), g.Note
	if len(f.Empty) == 0 {
		f.Empty = g.Empty
	}
}

// lacks says what a mapping could say of a column whose values do not all fit.
func (f *Found) lacks(t field.Type, values []string, sep byte) string {
	full := *f
	full.complete(t, values, sep)
	var out []string
	if full.Date != f.Date {
		out = append(out, "date: "+full.Date)
	}
	if full.Decimal != f.Decimal {
		out = append(out, fmt.Sprintf("decimal: %q", full.Decimal))
	}
	if len(full.Empty) > len(f.Empty) {
		out = append(out, "empty: ["+strings.Join(full.Empty, ", ")+"]")
	}
	return strings.Join(out, ", ")
}

// emptyWords are the words for nothing that a column of values has: in text
// they could be names, so only those that can't be one count there.
func emptyWords(t field.Type, values []string) []string {
	words := []string{"null", "n/a", "#n/a", "n/d", "k.a.", "-", "--", "\\N"}
	if !t.Kind.Textual() && t.Kind != field.List {
		words = append(words, "nan", "none", "unknown", "keine angabe", "brak", "nc", "nd")
	}
	var out []string
	for _, w := range words {
		for _, v := range values {
			if strings.EqualFold(v, w) {
				out = append(out, w)
				break
			}
		}
	}
	return out
}

// guessDecimal tells 1.234,50 from 1,234.50. "1,234" alone is a thousand and so
// many where values are cut at commas, and one and a bit where they are not;
// "1.234" is one and a bit, unless the field is of whole numbers, of which 3.000 may
// be one.
func guessDecimal(f *Found, kind field.Kind, values []string, sep byte) {
	comma, point, loneComma, lonePoint, grouped := 0, 0, 0, 0, 0
	for _, v := range values {
		v = string(withoutCurrency([]byte(v)))
		c, p := strings.LastIndexByte(v, ','), strings.LastIndexByte(v, '.')
		switch {
		case c < 0 && p < 0:
		case c > p && p >= 0, p < 0 && !threeDigits([]byte(v[c+1:])), strings.Count(v, ".") > 1:
			comma++
		case p > c && c >= 0, c < 0 && !threeDigits([]byte(v[p+1:])), strings.Count(v, ",") > 1:
			point++
		case c >= 0:
			loneComma++
		case !strings.HasPrefix(v, "0."):
			lonePoint++
			if kind == field.Int && v[p+1:] != "000" {
				grouped++
			}
		}
	}
	switch {
	case comma > 0 && point > 0:
		f.Note = "some numbers look like 1.234,5 and some like 1,234.5: set decimal"
	case comma > 0, point == 0 && grouped > 0 && loneComma == 0:
		f.Decimal = ","
	case point == 0 && loneComma > 0 && sep != ',':
		f.Decimal = ","
		f.Note = "numbers such as 1,234 were taken for 1.234: set decimal: . if they are thousands"
	case point == 0 && lonePoint > 0 && sep == ';':
		f.Note = `numbers such as 1.234 were taken for one and a bit: set decimal: "," if they are thousands`
	}
}

// guessDate finds how dates are written, which some values must tell: 22 can't
// be a month.
func guessDate(f *Found, values []string) {
	var sign byte
	first, second, clock, yearFirst, seen := 0, 0, "", false, 0
	for _, v := range values {
		day, rest, _ := strings.Cut(v, " ")
		s, parts := dateParts(day)
		if parts == nil || s == '-' && len(parts[0]) == 4 {
			continue
		}
		seen++
		sign, yearFirst = s, len(parts[0]) == 4
		first, second = max(first, number(parts[0])), max(second, number(parts[1]))
		if clock == "" && rest != "" {
			clock = clockPattern(rest)
		}
	}
	if seen == 0 {
		return
	}
	s := string(sign)
	switch {
	case yearFirst:
		f.Date = "YYYY" + s + "MM" + s + "DD"
	case second > 12:
		f.Date = "M" + s + "D" + s + "YYYY"
	default:
		f.Date = "D" + s + "M" + s + "YYYY"
		if first <= 12 && sign != '.' {
			f.Note = "dates could be day first or month first: the day was taken; set date: M/D/YYYY if it is the month"
		}
	}
	f.Date += clock
}

func dateParts(s string) (sign byte, parts []string) {
	for _, c := range []byte{'.', '/', '-'} {
		if p := strings.Split(s, string(c)); len(p) == 3 {
			for _, x := range p {
				if number(x) < 0 {
					return 0, nil
				}
			}
			if len(p[0]) == 4 || len(p[2]) == 4 {
				return c, p
			}
		}
	}
	return 0, nil
}

func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

// clockPattern is the pattern of 12:30, 12:30:00 or 1:30 PM.
func clockPattern(s string) string {
	out := " HH:mm"
	if strings.Count(s, ":") == 2 {
		out += ":ss"
	}
	upper := strings.ToUpper(s)
	if half, ok := strings.CutSuffix(upper, "M"); ok && (strings.HasSuffix(half, "A") || strings.HasSuffix(half, "P")) {
		out = strings.Replace(out, "HH", "h", 1)
		if strings.HasSuffix(half[:len(half)-1], " ") {
			out += " "
		}
		out += "A"
	}
	return out
}
