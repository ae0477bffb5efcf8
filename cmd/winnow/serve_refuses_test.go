package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What can be known to be wrong is told before anything is made.
func TestServeRefuses(t *testing.T) {
	good := bundleDir(t, shopRules)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	sourcesFile := filepath.Join(t.TempDir(), "sources.yaml")
	require.NoError(t, os.WriteFile(sourcesFile, []byte("winnow_sources: 1\nsources: [{name: a, platform: nosuch}]\n"), 0o600))
	failing := bundleDir(t, shopRules)
	require.NoError(t, os.WriteFile(filepath.Join(failing, "a_test.yaml"), []byte(`winnow_test: 1
now: 2026-11-22T12:00:00Z
message: {class: marketing}
contacts:
  pole: {contact: {id: p1, country: PL}, consent.marketing: true}
cases:
  - name: poles get nothing special
    contact: pole
    expect: {variants: {hero: generic}}
`), 0o600))
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"an invalid bundle": {[]string{bundleDir(t, "winnow: 1\nslots: {hero: {}}\n")}, exitInvalid, "rules.yaml:2:"},
		"failing tests":     {[]string{failing}, exitTests, "poles get nothing special"},
		"no folder":         {[]string{"nowhere"}, exitFailed, "nowhere"},
		"all addresses":     {[]string{good, "--addr", "0.0.0.0:0"}, exitFailed, "--keys"},
		"no address":        {[]string{good, "--addr", "here"}, exitFailed, "an address is HOST:PORT"},
		"a taken address":   {[]string{good, "--addr", taken.Addr().String()}, exitFailed, "another program listens there"},
		"sources":           {[]string{good, "--sources", sourcesFile}, exitInvalid, "nosuch"},
		"memory of events":  {[]string{good, "--events-retention", "0"}, exitUsage, "--events-retention"},
		"an ack":            {[]string{good, "--ack", "maybe"}, exitUsage, "--ack"},
		"trouble":           {[]string{good, "--on-trouble", "panic"}, exitUsage, "--on-trouble"},
		"a retention":       {[]string{good, "--retention", "soon"}, exitUsage, "--retention"},
		"a log":             {[]string{good, "--log", "maybe"}, exitUsage, "--log"},
		"a deadline":        {[]string{good, "--deadline", "0s"}, exitUsage, "--deadline"},
		"no key file":       {[]string{good, "--keys", "nowhere"}, exitFailed, "--new-key"},
		"a bad scope":       {[]string{"--new-key", "a", "--scopes", "all"}, exitUsage, "--scopes"},
	} {
		t.Run(name, func(t *testing.T) {
			place := t.TempDir()
			cmd := winnow(append([]string{"serve", "--addr", "127.0.0.1:0", "--db", filepath.Join(place, "winnow.db")}, tc.args...)...)
			out, err := cmd.CombinedOutput()
			require.Error(t, err)
			require.Equal(t, tc.code, cmd.ProcessState.ExitCode(), string(out))
			require.Contains(t, string(out), tc.says)
			made, err := os.ReadDir(place)
			require.NoError(t, err)
			require.Empty(t, made)
		})
	}
}
