package audience_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules/cputime"
)

// However lines end, and however long they are, they are the same rows.
func TestLineEndsBesideWhereTheyAreLookedForFirst(t *testing.T) {
	var lines []string
	for look := 256; look <= 4096; look *= 2 {
		for n := look - 15; n < look+15; n++ {
			lines = append(lines, fmt.Sprintf("%04d,%s", n, strings.Repeat("x", n-5)), "1,short")
		}
	}
	rows := func(end string) []string {
		got, err := all("contact.id,note"+end+strings.Join(lines, end)+end, audience.Options{BlockSize: 10_000}, nil)
		require.NoError(t, err)
		return got
	}
	want := rows("\n")
	require.Len(t, want, len(lines))
	require.Equal(t, want, rows("\r"))
	require.Equal(t, want, rows("\r\n"))
}

// Lines that end in \r alone take about as long as others: none looks through all
// that follows for a \n.
func TestLinesOfOldMacintoshesTakeNoLonger(t *testing.T) {
	text := "contact.id" + strings.Repeat("\n0042", 200_000)
	count := func(text string) func() {
		return func() {
			got := 0
			r, err := audience.New(strings.NewReader(text), audience.Options{})
			require.NoError(t, err)
			for _, err = r.Next(); err == nil; _, err = r.Next() {
				got++
			}
			require.Equal(t, 200_000, got)
		}
	}
	usual := cputime.Least(count(text))
	require.LessOrEqual(t, cputime.Within(10*usual, count(strings.ReplaceAll(text, "\n", "\r"))), 10*usual)
}
