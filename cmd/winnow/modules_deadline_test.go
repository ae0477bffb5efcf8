package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

// lateBundle is the folder of a bundle with the probe and all the fuel there is.
func lateBundle(t *testing.T) string {
	t.Helper()
	module, err := os.ReadFile("testdata/probe.wasm")
	require.NoError(t, err)
	dir := t.TempDir()
	text := strings.Replace(probeRules, "EXTRA\n", "    limits: {fuel: 50000000}\n", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "r.yaml"), []byte(text), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "probe.wasm"), module, 0o600))
	return dir
}

// A call that is under way at the deadline runs on until its fuel is spent, and
// what it says then is not answered: the default is.
func TestAModuleThatOutlastsTheDeadlineIsNotHeard(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // no timer runs beside the call
	t.Setenv(moduleCache, "off")
	dir := lateBundle(t)
	decide := func(deadline time.Duration) (d struct {
		Degraded bool
		Reasons  []struct{ Code rules.Code }
	},
	) {
		g, err := gate.New(gate.Options{Deadline: deadline, Rules: rules.Options{LoadModule: (&moduleLoader{compile: time.Minute}).load}})
		require.NoError(t, err)
		defer func() { require.NoError(t, g.Close()) }()
		require.NoError(t, g.Reload(t.Context(), os.DirFS(dir)))
		answer, err := g.Decide(nil, gate.Request{Body: []byte(`{"contact":{"id":"c1"},"message":{"class":"marketing"},"t":{"mode":"fuel"}}`)})
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(answer, &d))
		return d
	}
	patient := decide(time.Hour)
	require.False(t, patient.Degraded)
	require.Contains(t, patient.Reasons, struct{ Code rules.Code }{rules.ModuleFuel})

	late := decide(time.Millisecond) // fifty million instructions take longer on any machine
	require.True(t, late.Degraded)
	require.Equal(t, []struct{ Code rules.Code }{{rules.DeadlineDefault}}, late.Reasons)
}

// Fuel that a call may not spend before the deadline is warned of, by check and by
// the server each time that it loads the bundle.
func TestFuelBeyondTheDeadlineIsWarnedOf(t *testing.T) {
	const why = "a call may take 1s if it spends all of its fuel of 50000000, and the deadline is 800ms: the default would go out, when the call has ended; lower limits: {fuel: …}"
	for fuel, warned := range map[int64]string{50_000_000: why, 40_000_000: "", 0: ""} {
		require.Equal(t, warned, mayOutlast(rules.ModuleSpec{Limits: rules.ModuleLimits{Fuel: fuel}}, usualDeadline))
	}
	for _, deadline := range []time.Duration{usualDeadline, 2 * time.Second} {
		var log strings.Builder
		f := serveFlags{deadline: deadline, ack: "commit", onTrouble: "default", log: "off", retention: "90d", eventsRetention: "730d"}
		o, err := f.gateOptions(slog.New(slog.NewTextHandler(&log, nil)))
		require.NoError(t, err)
		b, list := rules.Compile(os.DirFS(lateBundle(t)), o.Rules)
		require.NotNil(t, b, list)
		require.NoError(t, b.Close())
		require.Equal(t, deadline == usualDeadline, strings.Contains(log.String(), why+`" module=probe`), log.String())
	}
	_, out, _ := verb(t, "", "wasm", "check", lateBundle(t))
	require.Contains(t, out, "\nwarning: "+why+"\n")
}
