package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is no file can be written to, and not gone on with.
func TestScreenIntoADevice(t *testing.T) {
	dir, _ := audienceFiles(t, 10)
	t.Chdir(dir)
	reader, pipe, err := os.Pipe()
	require.NoError(t, err)
	defer reader.Close()
	defer pipe.Close()
	out := fmt.Sprintf("/dev/fd/%d", pipe.Fd())
	code, want, _ := verb(t, "", "screen", "rules", "contacts.ndjson")
	again, _, errs := verb(t, "", "screen", "rules", "contacts.ndjson", "-o", out)
	require.Equal(t, code, again, errs)
	require.NoError(t, pipe.Close())
	got, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, want, string(got))
	code, _, errs = verb(t, "", "screen", "rules", "contacts.ndjson", "-o", "/dev/null", "--resume")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "--resume goes on with a file")
}

// By whatever name --out gives standard output, what others have written to the file
// that it goes to stays, and no file is put beside that name.
func TestScreenIntoStandardOutputByName(t *testing.T) {
	dir, _ := audienceFiles(t, 10)
	t.Chdir(dir)
	code, want, _ := verb(t, "", "screen", "rules", "contacts.ndjson")
	shared, err := os.Create("shared")
	require.NoError(t, err)
	defer shared.Close()
	_, err = shared.WriteString("of another\n")
	require.NoError(t, err)
	before, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, name := range []string{"shared", fmt.Sprintf("/dev/fd/%d", shared.Fd())} {
		var errs bytes.Buffer
		e := &env{stdin: strings.NewReader(""), stdout: shared, stderr: &errs, now: func() time.Time { return scriptNow }}
		require.Equal(t, code, e.run(t.Context(), []string{"screen", "rules", "contacts.ndjson", "-o", name}), &errs)
	}
	got, err := os.ReadFile("shared")
	require.NoError(t, err)
	require.Equal(t, "of another\n"+want+want, string(got))
	after, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, after, len(before))
}

// A reader that has gone is no full disk.
func TestScreenForAReaderThatHasGone(t *testing.T) {
	reader, pipe, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, reader.Close())
	defer pipe.Close()
	var said bytes.Buffer
	complain(&said, write(pipe, []byte("x")))
	require.Equal(t, "winnow: can't write: write |1: broken pipe\n  whoever reads it ended before all was written\n", said.String())
}

// Rejects may go to a device, a pipe or standard error by whatever name, also beside
// a file of decisions, and the name is there afterwards.
func TestScreenRejectsIntoADevice(t *testing.T) {
	dir, _ := audienceFiles(t, 3000)
	t.Chdir(dir)
	code, want, listed := verb(t, "", "screen", "rules", "contacts.csv")
	require.Equal(t, exitFailed, code)
	stderr, err := os.Create("stderr")
	require.NoError(t, err)
	defer stderr.Close()
	require.NoError(t, os.Symlink(fmt.Sprintf("/dev/fd/%d", stderr.Fd()), "link"))
	for i, name := range []string{"/dev/null", "link", "/dev/null --resume"} {
		args := append([]string{"screen", "rules", "contacts.csv", "-o", "out.csv", "--rejects"}, strings.Fields(name)...)
		e := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: stderr, now: func() time.Time { return scriptNow }}
		require.Equal(t, exitFailed, e.run(t.Context(), args), name)
		got, err := os.ReadFile("out.csv")
		require.NoError(t, err)
		require.Equal(t, want, string(got), i)
		require.NoFileExists(t, checkpointName("out.csv"))
	}
	said, err := os.ReadFile("stderr")
	require.NoError(t, err)
	_, row, _ := strings.Cut(listed, "\n")
	row, _, _ = strings.Cut(row, "\n")
	require.Contains(t, string(said), "line,reason\n")
	require.Contains(t, string(said), row+"\n")
	require.Contains(t, string(said), "link lists them")
	_, err = os.Lstat("link")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("good.csv", []byte("id\nc1\n"), 0o600))
	code, _, errs := verb(t, "", "screen", "rules", "good.csv", "-o", "out.csv", "--rejects", "/dev/null")
	require.Zero(t, code, errs)
}
