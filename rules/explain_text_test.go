package rules_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/fold"
)

// An explanation is as wide as the terminal, says there what it says anywhere, in
// colour too, and has one line a thing where there is no terminal.
func TestExplainKeepsTheWidth(t *testing.T) {
	b := bundle(t, `
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy, and has done so for longer than anybody can say
    reason: We pause our offers to you while our size chart does not fit everybody, which we are sorry for
    when: ((orders.count ?? 0) + 1 >= 3 or orders.returns_count / orders.count >= 0.6) and contact.country in ["PL", "DE", "DK", "VN", "CZ"]
    action: suppress
    holdout: 0%
  - {id: other, kind: negative, name: O, action: suppress, when: days_since(orders.last_at) > 30 and orders.first_at == orders.last_at, holdout: 0%}
`)
	in, err := b.Input([]byte(`{"contact":{"id":"c","country":"DE"},"message":{"class":"marketing"},"orders":{"count":5,"returns_count":4}}`), noon)
	require.NoError(t, err)
	e := b.Explain(in)
	text := func(look rules.Look) string {
		var out strings.Builder
		require.NoError(t, e.WriteText(&out, look))
		return out.String()
	}
	long := text(rules.Look{})
	require.Contains(t, long, `orders.count = 5, orders.returns_count = 4]`+"\n")
	colours := regexp.MustCompile("\x1b\\[[0-9]*m")
	for _, width := range []int{60, 80, 100, 1000} {
		for _, colour := range []bool{false, true} {
			got := text(rules.Look{Width: width, Colour: colour})
			for line := range strings.Lines(got) {
				require.LessOrEqual(t, fold.Width(strings.TrimSuffix(line, "\n")), width, line)
			}
			require.Equal(t, strings.Fields(long), strings.Fields(colours.ReplaceAllString(got, "")))
		}
	}
	require.Equal(t, long, text(rules.Look{Width: 1000}))
}
