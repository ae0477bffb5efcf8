package report_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/report"
)

func TestGridFitsTheTerminal(t *testing.T) {
	rows := [][]string{
		{"FIELD", "KEPT BACK", "TOO OLD", "WANTED BY"},
		{"orders.count", "1,021", "", "hero/1, regular, serial-returner"},
		{"contact.tags", "9", "", "competitors"},
	}
	right := func(column int) bool { return column == 1 || column == 2 }
	for width, want := range map[int]string{
		0: `
  FIELD         KEPT BACK  TOO OLD  WANTED BY
  orders.count      1,021           hero/1, regular, serial-returner
  contact.tags          9           competitors
`,
		60: `
  FIELD         KEPT BACK  WANTED BY
  orders.count      1,021  hero/1, regular, serial-returner
  contact.tags          9  competitors
`,
		57: `
  FIELD         KEPT BACK  WANTED BY
  orders.count      1,021  hero/1, regular,
                           serial-returner
  contact.tags          9  competitors
`,
		24: `
  FIELD             KEPT
                    BACK
      WANTED BY
  orders.count     1,021
      hero/1, regular,
      serial-returner
  contact.tags         9
      competitors
`,
	} {
		var out bytes.Buffer
		report.Grid{Rows: rows, Right: right, Width: width, Indent: "  "}.Write(&out)
		require.Equal(t, strings.TrimPrefix(want, "\n"), out.String(), "width %d", width)
	}
}

// Whatever the width, no word is lost, and a line is longer than the terminal
// only for words that are.
func TestGridLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 6).Draw(t, "columns")
		cell := rapid.StringMatching(`([a-zä]{1,9}( [a-z]{1,9}){0,6})?`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 2, 5).Draw(t, "rows")
		for i := range rows[0] {
			rows[0][i] = "" // an empty column may lose its name
		}
		width := rapid.IntRange(1, 120).Draw(t, "width")
		var whole, fitted bytes.Buffer
		report.Grid{Rows: rows}.Write(&whole)
		report.Grid{Rows: rows, Width: width}.Write(&fitted)
		want, got := strings.Fields(whole.String()), strings.Fields(fitted.String())
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Fatalf("%q became %q", whole.String(), fitted.String())
		}
		for _, line := range strings.Split(fitted.String(), "\n") {
			if width >= columns*11+11 && utf8.RuneCountInString(line) > width {
				t.Fatalf("%q is longer than %d", line, width)
			}
		}
	})
}

// Reports in words fit a terminal of 80 columns but for what can't be broken.
func TestPagesFitTheTerminal(t *testing.T) {
	for name, p := range pages(t, 500) {
		var words bytes.Buffer
		require.NoError(t, report.WriteText(&words, p, 80))
		for _, line := range strings.Split(words.String(), "\n") {
			require.LessOrEqual(t, utf8.RuneCountInString(line), 80, "%s: %s", name, line)
		}
	}
}
