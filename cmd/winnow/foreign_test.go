package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Whoever names another of winnow's files by mistake is told so, and finds it as it
// was: no verb makes a queue of a decision log.
func TestAFileOfAnotherKind(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	log, err := store.Open(at("log"), store.Options{})
	require.NoError(t, err)
	require.NoError(t, log.Close(t.Context()))
	desk, err := relay.OpenDesk(at("letters"), nil)
	require.NoError(t, err)
	require.NoError(t, desk.Close())
	queue, err := writeback.OpenQueue(at("writes"), nil)
	require.NoError(t, err)
	require.NoError(t, queue.Close())
	book, err := handed.Look(at("book"), handed.Options{})
	require.NoError(t, err)
	require.NoError(t, book.Close())

	for _, c := range []struct{ line, own, says string }{
		{"relay list --queue", "letters", "the file is of another kind\n  check the file and its folder, or name another with --queue"},
		{"writeback list --queue", "writes", "the file is of another kind\n  check the file and its folder, or name another with --queue"},
		{"handed --book", "book", "the file is of another kind\n  check the file and its folder, or name another with --book"},
		{"log tail --db", "log", "the file is no decision log\n  name the file that winnow serve --db writes"},
		{"replay --bundle " + example(t, "quickstart") + " --log", "log", "the file is no decision log\n  name the file that winnow serve --db writes"},
		{"serve --addr 127.0.0.1:0 " + example(t, "quickstart") + " --db", "", "the file is no decision log\n  name the file that winnow serve --db writes"},
	} {
		for _, name := range []string{"log", "letters", "writes", "book"} {
			if name == "log" && c.own == "" {
				continue // it would serve
			}
			before := tablesOf(t, at(name))
			var errs bytes.Buffer
			code := run(t.Context(), append(strings.Fields(c.line), at(name)), strings.NewReader(""), &bytes.Buffer{}, &errs)
			require.Equal(t, name == c.own, code == exitOK, "%s %s: %s", c.line, name, &errs)
			if name != c.own {
				require.Contains(t, errs.String(), c.says, "%s %s", c.line, name)
			}
			require.Equal(t, before, tablesOf(t, at(name)), "%s %s", c.line, name)
		}
	}
}

// Who looks into an empty file is told that it is one, and finds it as it was: nothing
// but the server makes a queue.
func TestALookMakesNoQueue(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("WINNOW_HASH_KEY", "1 0123456789abcdef0123456789abcdef")
	for line, says := range map[string]string{
		"relay list --queue empty.events":     "the queue empty.events is an empty file\n  name another with --queue",
		"relay retry 1 --queue empty.events":  "the queue empty.events is an empty file",
		"writeback list --queue empty.events": "the queue empty.events is an empty file\n  name another with --queue",
		"handed --book empty.events":          "the book empty.events is an empty file\n  name another with --book",
		"suppressions list --db empty":        "the list empty.events is an empty file\n  name the decision log with --db",
	} {
		require.NoError(t, os.WriteFile("empty.events", nil, 0o600))
		var out, errs bytes.Buffer
		require.NotZero(t, run(t.Context(), strings.Fields(line), strings.NewReader(""), &out, &errs), line)
		require.Contains(t, errs.String(), says, line)
		require.Empty(t, out.String(), line)
		left, err := os.ReadDir(".")
		require.NoError(t, err)
		require.Len(t, left, 1, line)
		text, err := os.ReadFile("empty.events")
		require.NoError(t, err)
		require.Empty(t, text, line)
	}
}

// tablesOf says what a file of SQLite holds.
func tablesOf(t *testing.T, file string) (out string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.QueryRow("SELECT group_concat(name) FROM sqlite_master").Scan(&out))
	return out
}
