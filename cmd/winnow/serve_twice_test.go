package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two servers that keep no decision log may be given the same --db by mistake: the
// second says which of the files beside it is in use, and what to do.
func TestAServerKeepsItsFilesToItself(t *testing.T) {
	const key = "a-long-secret-of-the-shop"
	events := filepath.Join(t.TempDir(), "sources.yaml")
	require.NoError(t, os.WriteFile(events, []byte(eventSources), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(events), "shop.secret"), []byte(key), 0o600))
	_, ghost := ghostFiles(t, "http://127.0.0.1:9")
	for file, sources := range map[string]string{".events": events, ".handed": ghost} {
		t.Run(file, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "w.db")
			args := []string{bundleDir(t, listsRules()), "--log", "off", "--db", db, "--sources", sources}
			serve(t, args...)
			cmd := winnow(append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
			out, err := cmd.CombinedOutput()
			require.Error(t, err)
			require.Equal(t, exitFailed, cmd.ProcessState.ExitCode(), string(out))
			require.Contains(t, string(out), db+file+": ")
			require.Contains(t, string(out), "stop it, or give this server a --db of its own")
		})
	}
}
