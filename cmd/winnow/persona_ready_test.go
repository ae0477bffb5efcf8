package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// unasked runs a verb that is to refuse before it asks anything.
func unasked(t *testing.T, says string, args ...string) (code int) {
	t.Helper()
	var out, errs bytes.Buffer
	e := &env{stdin: unread{t}, stdout: &out, stderr: &errs, now: time.Now}
	code = e.run(t.Context(), args)
	require.Contains(t, errs.String(), says, args)
	require.Empty(t, out.String(), args)
	return code
}

// Nobody answers thirteen questions for nothing: what would refuse the card is told
// before the first.
func TestWhatWouldLoseTheAnswersIsToldFirst(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("file", nil, 0o600))
	require.NoError(t, os.Mkdir("wrong", 0o700))
	require.NoError(t, os.WriteFile("wrong/rules.yaml", []byte("winnow: 1\nslots: {hero: {}}\n"), 0o600))
	for args, says := range map[string]string{
		"--to file":          "can't write to file: not a directory\n  choose a folder that you may write to",
		"--to file/below":    "can't write to file/below: not a directory",
		"--to wrong":         "the bundle in wrong is invalid",
		"--id Serien-Käufer": "\"Serien-Käufer\" is no id",
	} {
		require.NotZero(t, unasked(t, says, append([]string{"persona", "new", "--negative"}, strings.Fields(args)...)...), args)
	}
	require.NoError(t, os.Mkdir("other", 0o700))
	require.NoError(t, os.WriteFile("other/tests.schema.json", nil, 0o600))
	for dir, says := range map[string]string{
		"file":       "can't write to file: not a directory\n  choose a folder that you may write to",
		"file/below": "can't write to file/below: not a directory",
		"wrong":      "wrong has YAML already that is read as rules: rules.yaml",
		"other":      "other/tests.schema.json is there already",
	} {
		require.Equal(t, exitFailed, unasked(t, says, "init", dir, "--ask"), dir)
	}
	require.NoError(t, mayMakeIn("to/be/made"))
	require.NoDirExists(t, "to")
	e := &env{stdin: strings.NewReader("Serial returner\n"), stdout: io.Discard, stderr: io.Discard, now: time.Now}
	require.Zero(t, e.run(t.Context(), []string{"persona", "new", "--negative", "--to", "to/be/made"}))
	require.FileExists(t, "to/be/made/serial-returner.yaml")
}
