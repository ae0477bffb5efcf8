package written_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/written"
)

func TestSeparator(t *testing.T) {
	for text, want := range map[string]rune{
		"":                     ',',
		"one column\na;b":      ',',
		"a;b;c\n1,5;2,5;3,5":   ';',
		"a,b;c":                ',',
		"a;b;c,d":              ';',
		"a\tb\r\n1;2\t3;4;5;6": '\t',
	} {
		require.Equal(t, string(want), string(written.Separator([]byte(text), ",;\t")), text)
	}
	require.Equal(t, "|", string(written.Separator([]byte("a|b"), ",;\t|")))
}

func TestCurrencies(t *testing.T) {
	for _, word := range []string{"€", "$", "KR.", "Zł", "kč", "РУБ", "EUR", "XYZ"} {
		require.True(t, written.IsCurrency(word), word)
	}
	for _, word := range []string{"", "eur", "EURO", "EU", "-", "x"} {
		require.False(t, written.IsCurrency(word), word)
	}
	require.True(t, written.IsFor("$", "CAD"))
	require.True(t, written.IsFor("Kr", "DKK"))
	require.True(t, written.IsFor("PLN", "PLN"))
	require.False(t, written.IsFor("$", "EUR"))
	require.False(t, written.IsFor("CAD", "USD"))
}
