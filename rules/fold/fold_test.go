package fold_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/fold"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"one two three", 0, []string{"one two three"}},
		{"one  two", 8, []string{"one  two"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 6, []string{"one", "two", "three"}},
		{"averylongword a b", 4, []string{"averylongword", "a b"}},
		{"żółty łoś", 5, []string{"żółty", "łoś"}},
		{"\x1b[32mone\x1b[0m two", 7, []string{"\x1b[32mone\x1b[0m two"}},
		{"\x1b[32mone two\x1b[0m", 3, []string{"\x1b[32mone", "two\x1b[0m"}},
	} {
		require.Equal(t, c.want, fold.Words(c.text, c.width), "%q %d", c.text, c.width)
	}
}

// No word is lost, and no line is too wide that has more than one.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zà-ż]{1,9}( [a-zà-ż]{1,9}){0,9}`).Draw(t, "text")
		width := rapid.IntRange(1, 30).Draw(t, "width")
		lines := fold.Words(text, width)
		require.Equal(t, text, strings.Join(lines, " "))
		for _, line := range lines {
			require.True(t, fold.Width(line) <= width || !strings.Contains(line, " "), line)
		}
	})
}
