package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

const watched = `winnow: 1
gates:
  - {id: consent, require: consent.marketing}
personas:
  - id: returner
    kind: negative
    name: Sends back most
    when: orders.returns_count >= %d
    action: suppress
    holdout: 0%%
    mode: %s
  - id: often
    kind: negative
    name: Got one this week
    when: always
    action: {cap: 1 per 7d}
    holdout: 0%%
`

// recorded is a log of decisions with a bundle, an hour apart, beginning at
// scriptNow less a day.
func recorded(t *testing.T, dir, rules string) string {
	t.Helper()
	db := filepath.Join(t.TempDir(), "winnow.db")
	log, err := store.Open(db, store.Options{})
	require.NoError(t, err)
	now := scriptNow.Add(-24 * time.Hour)
	g, err := gate.New(gate.Options{
		Store: gate.SQLite(log), Keys: []gate.HashKey{{Version: 1, Secret: []byte("0123456789abcdef")}}, Retention: -1, Deadline: time.Hour,
		Clock: func() time.Time { return now },
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(rules), 0o600))
	require.NoError(t, g.Reload(t.Context(), os.DirFS(dir)))
	for i, returns := range []int{0, 1, 2, 3, 4, 5, 4} {
		now = now.Add(time.Hour)
		id := i
		if i == 6 {
			id = 0 // the first one comes again, and has had one this week
		}
		_, err := g.Decide(nil, gate.Request{Body: fmt.Appendf(nil, `{"contact": {"id": "c%d"}, "consent": {"marketing": %t}, "orders": {"returns_count": %d}}`, id, i != 5, returns)})
		require.NoError(t, err)
	}
	require.NoError(t, g.Close())
	require.NoError(t, log.Close(context.Background()))
	return db
}

func TestReplay(t *testing.T) {
	was, now := t.TempDir(), t.TempDir()
	db := recorded(t, was, fmt.Sprintf(watched, 3, "observe"))
	require.NoError(t, os.WriteFile(filepath.Join(now, "rules.yaml"), fmt.Appendf(nil, watched, 2, "enforce"), 0o600))

	code, out, errs := verb(t, "", "replay", "--log", db, "--was", was)
	require.Zero(t, code, errs)
	require.Contains(t, out, "Of 7 records, 7 (100.0%) come out the same, 0 otherwise, and 0 can't be decided again.")
	code, out, errs = verb(t, "", "replay", "--log", db, "--bundle", was)
	require.Zero(t, code, errs)
	require.Contains(t, out, "7 (100.0%) come out the same")

	// Switched on, and asking for less: c2 to c4 are left out. The last one has
	// been sent to this week, then and now.
	for _, args := range [][]string{{}, {"--was", was}} {
		code, out, errs = verb(t, "", append([]string{"replay", "--log", db, "--bundle", now}, args...)...)
		require.Zero(t, code, errs)
		require.Contains(t, out, "3 (42.9%) come out the same, 4 (57.1%) otherwise")
		require.Regexp(t, `← out  returner  suppress +3  42.9%  c2, c3, c4`, out)
		require.Regexp(t, `cap +suppress +1`, out)
	}
	for _, since := range []string{"365d", "8760h"} {
		code, again, errs := verb(t, "", "replay", "--log", db, "--bundle", now, "--since", since)
		require.Zero(t, code, errs)
		require.NotContains(t, again, "There are no records")
	}
	code, _, errs = verb(t, "", "replay", "--log", db, "--bundle", now, "--since", "a week")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "write it as 7d or 36h")
	code, out, _ = verb(t, "", "replay", "--log", db, "--bundle", now, "--max-flip", "10%")
	require.Equal(t, exitFlips, code)
	require.Contains(t, out, "Who flips")
	code, out, _ = verb(t, "", "replay", "--log", db, "--bundle", now, "--format", "json", "--since", "20h")
	require.Zero(t, code)
	require.Contains(t, out, `"records": 4,`)

	page := filepath.Join(t.TempDir(), "replay.html")
	code, _, errs = verb(t, "", "replay", "--log", db, "--bundle", now, "-o", page)
	require.Zero(t, code, errs)
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Contains(t, string(html), "Recorded decisions, decided again")

	// A class table that the old rules did not have.
	table := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(table, "classes.csv"), []byte("contact.id,rfm.segment\nc0,Lost\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(table, "rules.yaml"), fmt.Appendf(nil, watched+`  - {id: lost, kind: negative, name: Lost, when: rfm.segment == "Lost", action: suppress, holdout: 0%%}
tables: {classes: {file: classes.csv}}
`, 3, "observe"), 0o600))
	for was, why := range map[string]string{was: "the bundle that decided did not read a field that matters", table: "no record of the bundle that decided has a field that matters"} {
		code, out, _ = verb(t, "", "replay", "--log", db, "--bundle", table, "--was", was)
		require.Zero(t, code)
		require.Regexp(t, `rfm.segment  \w+  `+why, out)
		require.Contains(t, out, "  - "+why+": ")
		require.Contains(t, out, "mode: observe")
	}
	code, _, errs = verb(t, "", "replay", "--log", db, "--bundle", table, "--since", "17h30m", "--max-flip", "2%")
	require.Equal(t, exitFailed, code, "that nothing is known is no small share")
	require.Contains(t, errs, "nothing is known of --max-flip 2%")

	// A bundle that is not here.
	code, out, _ = verb(t, "", "replay", "--log", db, "--was", now)
	require.Zero(t, code)
	require.Contains(t, out, "the bundle that decided is not here")
	for _, args := range [][]string{{"--log", db}, {"--log", db, "--bundle", now, "--max-flip", "x"}, {"--log", db, "--bundle", now, "--format", "xml"}} {
		code, _, _ = verb(t, "", append([]string{"replay"}, args...)...)
		require.Equal(t, exitUsage, code)
	}
	code, _, errs = verb(t, "", "replay", "--log", "nowhere.db", "--bundle", now)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "there is no decision log nowhere.db")
}

// The log tells what a persona that only observes would have done.
func TestLogPersonas(t *testing.T) {
	db := recorded(t, t.TempDir(), fmt.Sprintf(watched, 3, "observe"))
	code, out, errs := verb(t, "", "log", "personas", "--db", db)
	require.Zero(t, code, errs)
	require.Regexp(t, `PERSONA +MATCHED +KEPT BACK +ONLY OBSERVED +WOULD HAVE KEPT BACK`, out)
	require.Regexp(t, `(?m)^often +6 +1 +0 +0 `, out)
	require.Regexp(t, `(?m)^returner +3 +0 +3 +2 `, out) // the third was kept back by the cap
	code, out, _ = verb(t, "", "log", "personas", "--db", db, "--format", "json")
	require.Zero(t, code)
	require.Contains(t, out, `"would_keep_back": 2`)
	_, out, _ = verb(t, "", "log", "personas", "--db", db, "--since", "1h")
	require.Equal(t, "no persona was met in this time\n", out)
	code, _, _ = verb(t, "", "log", "personas", "--db", db, "--format", "xml")
	require.Equal(t, exitUsage, code)
}
