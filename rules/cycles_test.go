package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/diag"
)

// circles lists the ways round that are reported, each as names with spaces in
// between.
func circles(t testing.TB, text string) []string {
	t.Helper()
	_, list := mistakes(t, map[string]string{"rules.yaml": head + text})
	out := []string{}
	for _, d := range list {
		if d.Code == diag.Cycle {
			way := strings.TrimPrefix(d.Message, "this refers to itself: ")
			require.NotEqual(t, d.Message, way)
			out = append(out, strings.ReplaceAll(way, " → ", " "))
		}
	}
	return out
}

func TestEachCircleIsReported(t *testing.T) {
	require.Equal(t, []string{
		"signal.a signal.b signal.a", "signal.c signal.c", "signal.d signal.e signal.f signal.d", "signal.e signal.f signal.e",
		"signal.g persona.p signal.g", "persona.p persona.p",
	}, circles(t, `signals:
  a: signal.b and signal.c
  b: signal.a
  c: not signal.c
  d: signal.e
  e: signal.f
  f: signal.d or signal.e
  g: persona("p")
  h: signal.a or signal.d
personas:
  - {id: p, kind: positive, name: P, when: 'signal.g or persona("p")', unless: persona("p")}
`))
}

// A knot has more ways round than anybody reads, and a long one has no end.
func TestKnotsAreReportedInPart(t *testing.T) {
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprintf("signal.s%d", i))
	}
	knot, ring := "signals:\n", "signals:\n"
	for i := range all {
		knot += fmt.Sprintf("  s%d: %s\n", i, strings.Join(all, " or "))
		ring += fmt.Sprintf("  s%d: %s\n", i, all[(i+1)%60])
	}
	require.Len(t, circles(t, knot), 20)
	require.Equal(t, []string{strings.Join(all[:11], " ") + " … 49 more … signal.s0"}, circles(t, ring))
}

// Whatever refers to whatever: each reported way is one, and without the
// reference that closes it none is left.
func TestWithoutTheReportedReferencesThereAreNoCircles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "signals")
		refers := make([][]string, n)
		for i := range refers {
			for j := range n {
				if rapid.IntRange(0, 3).Draw(rt, "refers") == 0 {
					refers[i] = append(refers[i], fmt.Sprintf("signal.s%d", j))
				}
			}
		}
		text := func() string {
			out := "signals:\n"
			for i, to := range refers {
				out += fmt.Sprintf("  s%d: %s\n", i, strings.Join(append([]string{"orders.count > 1"}, to...), " or "))
			}
			return out
		}
		for _, way := range circles(t, text()) {
			names := strings.Fields(way)
			require.Equal(t, names[0], names[len(names)-1])
			for k, name := range names[1:] {
				var i int
				_, err := fmt.Sscanf(names[k], "signal.s%d", &i)
				require.NoError(t, err)
				at := slices.Index(refers[i], name)
				require.GreaterOrEqual(t, at, 0, "%s: %s", way, name)
				if k == len(names)-2 {
					refers[i] = slices.Delete(refers[i], at, at+1)
				}
			}
		}
		require.Empty(t, circles(t, text()))
	})
}
