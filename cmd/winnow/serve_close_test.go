package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

// A server writes last words into its files as it ends. When that fails, as on a
// full disk, it says which file it was, and what to do.
func TestFilesThatCannotBeClosedAreNamed(t *testing.T) {
	work := t.TempDir()
	for name, text := range map[string]string{"sources.yaml": eventSources, "shop.secret": "a-long-secret-of-the-shop"} {
		require.NoError(t, os.WriteFile(filepath.Join(work, name), []byte(text), 0o600))
	}
	log := filepath.Join(work, "w.db")
	s := serve(t, bundleDir(t, eventRules), "--db", log, "--sources", filepath.Join(work, "sources.yaml"))
	db, err := sql.Open("sqlite", log+".events")
	require.NoError(t, err)
	_, err = db.Exec("CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END")
	require.NoError(t, err)
	require.NoError(t, db.Close())

	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.Error(t, s.end())
	require.Equal(t, exitFailed, s.ProcessState.ExitCode())
	require.Contains(t, s.stderr.String(), "winnow: can't close "+log+".events: ")
	require.Contains(t, s.stderr.String(), "disk is full")
	require.Contains(t, s.stderr.String(), "\n  make sure that there is room on its disk")
}
