package lint_test

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// keptFor lists what a check finds of rules that look back further than that.
func keptFor(yaml string, retention time.Duration) []string {
	_, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte("winnow: 1\n" + yaml)}}, rules.Options{Retention: retention})
	out := []string{}
	for _, d := range list {
		if d.Code == diag.BeyondRetention || d.Severity == diag.Error {
			out = append(out, fmt.Sprintf("%s:%d:%d %s: %s | %s", d.File, d.Line, d.Column, d.Severity, d.Message, d.Hint))
		}
	}
	return out
}

const kept90 = 90 * 24 * time.Hour

// Wherever a rule looks back, it is told once, at the place that says how far.
func TestRulesThatLookBackTooFar(t *testing.T) {
	yaml := `params: {year: 365}
signals:
  often: sent(120) >= 30
  lately: sent(100, "sale")
gates:
  - {id: g, require: consent.marketing, when: sent(95) > 0}
personas:
  - id: p
    kind: positive
    name: Got a lot
    when: signal.often and sent(params.year) > 3
  - id: n
    kind: negative
    name: Gets a lot
    when: sent(30) > 9 and orders.count > 1
    unless: sent(orders.count) == 0
    release_when: sent(150) == 0
    action: {cap: 2 per 26w}
slots:
  hero:
    default: a
    variants: {a: {}, b: {}}
    rules:
      - {when: signal.lately > 1 and signal.often, use: b}
`
	says := func(place, what string, days int) string {
		return fmt.Sprintf("r.yaml:%s warning: %s looks back %dd, and decisions are kept for 90d: what went out before is not counted | "+
			"write sent(90), which is what it comes to, or keep decisions longer: winnow serve --retention %dd", place, what, days, days)
	}
	require.Equal(t, []string{
		says("4:10", "sent(120) >= 30", 120),
		says("7:47", "sent(95) > 0", 95),
		says("12:28", "sent(params.year) > 3", 365),
		says("18:19", "sent(150) == 0", 150),
		`r.yaml:19:14 warning: the cap of "n" looks back 182d, and decisions are kept for 90d: what went out before is not counted | ` +
			`write cap: 2 per 90d, which is what it comes to, or keep decisions longer: winnow serve --retention 182d`,
		says("25:16", "signal.lately > 1", 100),
	}, keptFor(yaml, kept90))
	require.Empty(t, keptFor(yaml, 365*24*time.Hour))
	require.Empty(t, keptFor(yaml, -1), "for ever")
	require.Empty(t, keptFor(yaml, 0), "nobody said how long")
}

// A cap may count to the very end of what is kept, and a log may be kept for less
// than the day that sent() can count at least.
func TestLookingBackToTheEnd(t *testing.T) {
	require.Empty(t, keptFor(sound("action: {cap: 1 per 36h}"), 36*time.Hour))
	require.Empty(t, keptFor(sound("when: sent(1) > 3"), 36*time.Hour))
	require.Contains(t, keptFor(sound("action: {cap: 1 per 36h1s}"), 36*time.Hour)[0], "write cap: 1 per 36h0m0s, ")
	require.Contains(t, keptFor(sound("when: sent(2) > 3"), 36*time.Hour)[0], "write sent(1), ")
	got := keptFor(sound("when: sent(1) > 3"), time.Hour)
	require.Len(t, got, 1)
	require.Contains(t, got[0], "| winnow serve --retention 1d")
}

// What a card excuses is not told, and is no waiver for nothing where nobody says
// how long decisions are kept.
func TestLookingBackMayBeWaived(t *testing.T) {
	yaml := sound("action: {cap: 1 per 365d}", "waive: [{rule: beyond-retention, reason: four a year are meant}]")
	require.Empty(t, check(t, yaml))
	_, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte("winnow: 1\n" + yaml)}}, rules.Options{})
	require.Empty(t, list)
}
