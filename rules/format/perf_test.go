package format_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/rules/format"
)

// dearest is how much more processor time a hostile file may take than a lawful
// one of the same size; the worst takes about twenty times as much.
const dearest = 90

// TestHostileFilesEndSoon holds the reader to time that grows with the file.
func TestHostileFilesEndSoon(t *testing.T) {
	const size = format.MaxFileSize / 8
	full := func(head, part, tail string) string {
		return head + strings.Repeat(part, (size-len(head)-len(tail))/len(part)) + tail
	}
	lawful := []byte("signals:\n")
	for i := 0; len(lawful) < size; i++ {
		lawful = fmt.Appendf(lawful, "  s%d: orders.count == %d\n", i, i)
	}
	least := cputime.Least(func() {
		_, problems := format.Read("f", lawful)
		require.Empty(t, problems)
		_, err := format.Format(lawful)
		require.NoError(t, err)
	})
	for name, src := range map[string]string{
		"one long condition":     full("signals: {a: x", "x", "}\n"),
		"one long quoted":        full("signals: {a: 'x", " x", "'}\n"),
		"one line of conditions": full("signals: {", "a: b , ", "c: d}\n"),
		"one line of strings":    full("signals: {", "a: 'b', ", "c: d}\n"),
		"one line of tags":       full("gates: [", "!x , ", "a]\n"),
		"unknown keys":           full("", "a: 1\n", ""),
		"numbers in content":     full("slots: {a: {variants: {b: {c: [", "012,", "]}}}}\n"),
		"broken at the end":      full("", "a: 1\n", "b: [\n"),
		"broken at the start":    full("b: [\n", "a: 1\n", ""),
		"open quote":             full("b: 'x\n", "a\n", ""),
		"deep":                   full("a: ", "[", ""),
		"block":                  full("signals:\n  a: |\n", "    x\n", ""),
		"anchors":                full("a: [", "&a b,", "]\n"),
	} {
		took := cputime.Within(dearest*least, func() {
			format.Read("f", []byte(src))
			_, _ = format.Format([]byte(src))
		})
		t.Logf("%-24s %8d bytes: %v of processor time, %.1f times the lawful one's", name, len(src), took.Round(time.Millisecond), float64(took)/float64(least))
		require.LessOrEqual(t, took, dearest*least, name)
	}
}
