package card

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// latin takes the marks off letters and spells Cyrillic in Latin letters, so that
// an id can be made of a name in any of the languages.
func latin(text string) string {
	var b strings.Builder
	for _, r := range text {
		if s, ok := cyrillic()[r]; ok {
			b.WriteString(s)
			continue
		}
		for _, m := range norm.NFD.String(string(r)) {
			if !unicode.Is(unicode.Mn, m) {
				b.WriteRune(m)
			}
		}
	}
	return b.String()
}

func cyrillic() map[rune]string {
	return map[rune]string{
		'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "yo", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y",
		'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
		'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	}
}
