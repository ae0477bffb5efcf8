package main

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A cap that the log forgets is told when the server starts, with what to write
// instead, and the server starts. Check says the same of the same retention.
func TestServeWarnsOfRulesBeyondTheRetention(t *testing.T) {
	dir := bundleDir(t, `winnow: 1
personas:
  - id: everybody
    kind: negative
    name: Gets a catalogue a year
    when: always
    holdout: 0%
    review_by: 2099-01-12
    owner: anna@shop.example
    status: draft
    action: {cap: 1 per 365d}
`)
	const says, instead = `looks back 365d, and decisions are kept for `, `winnow serve --retention 365d`
	started := func(flags ...string) string {
		t.Helper()
		s := serve(t, append([]string{dir, "--db", filepath.Join(t.TempDir(), "winnow.db")}, flags...)...)
		require.NoError(t, s.Process.Signal(syscall.SIGTERM))
		require.NoError(t, s.end(), s.stderr.String())
		return s.stderr.String()
	}
	start := started()
	for _, part := range []string{"level=WARN", says + "90d", "code=WN450", "at=rules.yaml:11:14", "write cap: 1 per 90d", instead} {
		require.Contains(t, start, part)
	}
	require.Contains(t, start, "has 1 warnings and hints: winnow check "+dir+" --retention 90d shows them")

	for flag, there := range map[string]bool{"": false, "90d": true, "364d": true, "365d": false, "forever": false} {
		args := []string{"check", dir}
		if flag != "" {
			args = append(args, "--retention", flag)
		}
		out, err := winnow(args...).Output()
		require.NoError(t, err)
		require.Equal(t, there, strings.Contains(string(out), "rules.yaml:11:14: warning WN450"), "%s: %s", flag, out)
	}
	require.NotContains(t, started("--retention", "365d"), "WN450")
}
