package gate_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules/diag"
)

// A rule that looks back further than the log is kept is told when its bundle is
// loaded, and loaded it is. What stays as it was is not told again.
func TestRulesBeyondTheRetentionAreToldAtEachLoad(t *testing.T) {
	var out bytes.Buffer
	told := func() []string {
		defer out.Reset()
		var list []string
		for line := range strings.Lines(out.String()) {
			if strings.Contains(line, diag.BeyondRetention) {
				list = append(list, line)
			}
		}
		return list
	}
	load := func(g *gate.Gate, yaml string) []string {
		t.Helper()
		require.NoError(t, g.Reload(context.Background(), files(yaml)))
		return told()
	}
	logger := slog.New(slog.NewTextHandler(&out, nil))
	for _, enough := range []time.Duration{0, 30 * 24 * time.Hour, -1} { // 0 is 90 days
		newGate(t, capped, gate.Options{Retention: enough, Log: logger})
		require.Empty(t, told(), enough)
	}

	g := newGate(t, capped, gate.Options{Retention: 48 * time.Hour, Log: logger})
	got := told()
	require.Len(t, got, 1)
	for _, part := range []string{
		"level=WARN", `the cap of \"everybody\" looks back 30d, and decisions are kept for 2d`, "at=rules.yaml:13:14",
		`hint="write cap: 1 per 2d, which is what it comes to, or keep decisions longer: winnow serve --retention 30d"`,
	} {
		require.Contains(t, got[0], part)
	}
	require.True(t, slices.ContainsFunc(g.Status().Warnings, func(d diag.Diagnostic) bool { return d.Code == diag.BeyondRetention }))
	require.Empty(t, load(g, capped), "nothing has changed")
	require.Empty(t, load(g, strings.Replace(capped, "30d", "2d", 1)))
	require.Len(t, load(g, strings.Replace(capped, "30d", "3d", 1)), 1)
	require.Empty(t, load(g, "lint: {beyond-retention: hint}\n"+capped), "the bundle says what it counts as")

	without, err := gate.New(gate.Options{Retention: 48 * time.Hour, Log: logger})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, without.Close()) })
	require.Empty(t, load(without, capped), "nothing is kept, and so nothing counted")
}
