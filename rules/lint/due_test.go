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

// dated is a bundle with a table, dated in its own file, and a campaign.
func dated() fstest.MapFS {
	return fstest.MapFS{
		"r.yaml": {Data: []byte(`winnow: 1
tables:
  classes: {file: classes.csv, max_age: 30d}
slots:
  hero:
    default: plain
    variants: {plain: {}, sale: {}}
    rules:
      - id: autumn
        when: orders.count > 3
        use: sale
        active: {from: 2026-11-01, to: 2026-11-20, tz: Asia/Tokyo}
`)},
		"classes.csv": {Data: []byte("# a note\n# as_of: 2026-11-01\ncontact.id,rfm.segment\nanna,Champions\n")},
	}
}

// at lists what a check at a moment finds, with its place.
func at(files fstest.MapFS, moment string) []string {
	now, _ := time.Parse(time.RFC3339Nano, moment)
	_, list := rules.Compile(files, rules.Options{Now: now})
	out := []string{}
	for _, d := range list {
		out = append(out, fmt.Sprintf("%s:%d:%d %s %s: %s | %s", d.File, d.Line, d.Column, d.Code, d.Severity, d.Message, d.Hint))
	}
	return out
}

// Whatever is over is told from its first moment on, with the days it has been so.
func TestWhatIsOver(t *testing.T) {
	const (
		window = `r.yaml:12:40 WN449 warning: the window of autumn ended %s ago, so it never picks anything | remove it, or give it a later to:`
		stale  = `classes.csv:2:1 WN447 warning: the table "classes" is %s past its max_age, so all that it fills in is unknown | make it anew from later data, and say their day as as_of`
		future = `classes.csv:2:1 WN448 warning: the table "classes" is of 2026-11-01, which is still to come | write the day of its data as as_of: its age counts from there`
	)
	for now, want := range map[string][]string{
		"2026-10-31T09:59:59Z":           {future},
		"2026-10-31T10:00:00Z":           {}, // the first of November has begun on Kiritimati
		"2026-11-20T14:59:59.999999999Z": {},
		"2026-11-20T15:00:00Z":           {fmt.Sprintf(window, "1 day")}, // the 20th is over in Tokyo
		"2026-11-30T23:59:59.999999999Z": {fmt.Sprintf(window, "11 days")},
		"2026-12-01T00:00:00Z":           {fmt.Sprintf(stale, "1 day"), fmt.Sprintf(window, "11 days")},
		"2026-12-02T00:00:00Z":           {fmt.Sprintf(stale, "2 days"), fmt.Sprintf(window, "12 days")},
	} {
		require.Equal(t, want, at(dated(), now), now)
	}
}

// A day with an offset has come when it says, wherever that is.
func TestAMomentWithAnOffsetIsExact(t *testing.T) {
	files := dated()
	files["classes.csv"].Data = []byte("# as_of: 2026-11-01T09:00+01:00\ncontact.id,rfm.segment\nanna,Champions\n")
	require.Len(t, at(files, "2026-11-01T07:59:59Z"), 1)
	require.Empty(t, at(files, "2026-11-01T08:00:00Z"))
}

// Without the day nothing is said of it, nor of what is waived.
func TestWithoutTheDay(t *testing.T) {
	files := dated()
	files["r.yaml"].Data = append(files["r.yaml"].Data, "    waive: [{rule: window-over, reason: it comes back}]\n"...)
	_, list := rules.Compile(files, rules.Options{})
	require.Empty(t, list)
	require.Empty(t, at(files, "2026-11-21T00:00:00Z"), "waived")
	require.Contains(t, fmt.Sprint(at(files, "2026-11-12T00:00:00Z")), diag.UnusedWaiver)
}

// A date that can't be read is a mistake, and is not taken for a day long past.
func TestWhatIsNoDateIsNotOver(t *testing.T) {
	files := dated()
	files["r.yaml"].Data = []byte("winnow: 1\ntables: {classes: {file: classes.csv, max_age: 30d, as_of: 1.11.2026}}\n")
	got := at(files, "2026-11-21T00:00:00Z")
	require.Len(t, got, 1)
	require.Contains(t, got[0], diag.BadMoment)
}
