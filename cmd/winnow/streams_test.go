package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waiting is standard input of which nothing comes. It tells when it is read.
type waiting struct {
	read context.CancelFunc
	io.Reader
}

func (w waiting) Read(p []byte) (int, error) {
	w.read()
	return w.Reader.Read(p)
}

// Whatever waits for standard input ends when the program is asked to end, and says
// that, not that the input was wrong; and writes nothing.
func TestAnInterruptEndsWaiting(t *testing.T) {
	quick, modules := example(t, "quickstart"), example(t, "modules")
	t.Chdir(t.TempDir())
	t.Setenv("WINNOW_SECRET_SHOP", "0123456789abcdef0123456789abcdef")
	for _, line := range []string{
		"decide " + quick, "decide --lines " + quick, "explain " + quick, "gate " + quick + " --stage x", "fmt -", "hash --secret shop",
		"sign static-header --secret env:WINNOW_SECRET_SHOP --url https://x.example", "wasm run " + modules + " churn",
		"persona new --negative --to new", "init new --ask", "suppressions import -", "analyze -", "screen " + quick, "simulate " + quick,
		"find serial-returner " + quick, "map -", "coverage " + quick, "overlap " + quick, "diff " + quick + " " + quick + " --data -",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		never, _ := io.Pipe()
		var errs bytes.Buffer
		code := run(ctx, strings.Fields(line), waiting{cancel, never}, io.Discard, &errs)
		require.Equal(t, exitFailed, code, "%s: %s", line, &errs)
		require.True(t, strings.HasSuffix(errs.String(), "winnow: interrupted\n"), "%s: %s", line, &errs)
	}
	left, err := filepath.Glob("*")
	require.NoError(t, err)
	require.Empty(t, left)
}

// So does whatever reads a file, however much of it is to come.
func TestAnInterruptEndsReading(t *testing.T) {
	quick := example(t, "quickstart")
	t.Chdir(t.TempDir())
	t.Setenv("WINNOW_SECRET_SHOP", "0123456789abcdef0123456789abcdef")
	for file, text := range map[string]string{"c.csv": "id,email\nc1,a@x.example\n", "o.csv": "customer,date,amount\na,2026-01-02,3\n"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	for _, line := range []string{
		"analyze o.csv --out classes.csv", "hash --secret shop c.csv", "suppressions import c.csv", "screen " + quick + " c.csv",
		"persona sample enough-mail c.csv --bundle " + quick, "explain --data c.csv --contact c2 " + quick,
		"find enough-mail " + quick + " c.csv", "simulate " + quick + " c.csv -o report.html", "coverage " + quick + " c.csv",
		"overlap " + quick + " c.csv", "diff " + quick + " " + quick + " --data c.csv",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var errs bytes.Buffer
		require.Equal(t, exitFailed, run(ctx, strings.Fields(line), strings.NewReader(""), io.Discard, &errs), line)
		require.Contains(t, errs.String(), "winnow: interrupted", line)
	}
	left, err := filepath.Glob("*")
	require.NoError(t, err)
	require.Equal(t, []string{"c.csv", "o.csv"}, left)

	// Nobody writes to the pipe: what is read of it ends all the same.
	pipe, _, err := os.Pipe()
	require.NoError(t, err)
	defer pipe.Close()
	ctx, cancel := context.WithCancel(t.Context())
	from := fileUntil(ctx, pipe)
	cancel()
	_, err = io.ReadAll(from)
	require.ErrorIs(t, err, context.Canceled)
}

// What can't be written is no success, however it was written.
func TestAFullDiskIsNoSuccess(t *testing.T) {
	dir := t.TempDir()
	contacts := filepath.Join(dir, "contacts.csv")
	require.NoError(t, os.WriteFile(contacts, []byte("id,email\nc1,a@x.example\n"), 0o600))
	quick := example(t, "quickstart")
	for _, line := range []string{
		"help", "check --help", "fields", "reasons", "stale --all " + quick, "map " + contacts, "simulate " + quick + " " + contacts,
		"find enough-mail " + quick + " " + contacts, "screen " + quick + " " + contacts, "library list", "version",
	} {
		var errs bytes.Buffer
		e := &env{stdin: strings.NewReader(""), stdout: full{}, stderr: &errs, now: func() time.Time { return scriptNow }}
		require.Equal(t, exitFailed, e.run(t.Context(), strings.Fields(line)), line)
		require.Contains(t, errs.String(), "winnow: can't write: no room\n  is there room on the disk?\n", line)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

// example is the folder of an example.
func example(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("../../examples", name))
	require.NoError(t, err)
	return dir
}

// A file that may not be read is said to be that, and not to be of the wrong format.
func TestAFileThatMayNotBeRead(t *testing.T) {
	require.EqualError(t, audienceFailure("contacts.csv", &os.PathError{Op: "open", Path: "contacts.csv", Err: os.ErrPermission}), "contacts.csv: permission denied")
}

// A program that waits for each answer before it writes the next line gets it.
func TestDecideLinesAnswersBeforeItWaits(t *testing.T) {
	asked, ask := io.Pipe()
	answers, answer := io.Pipe()
	ended, quick := make(chan int), example(t, "quickstart")
	go func() {
		ended <- run(t.Context(), []string{"decide", "--lines", quick}, asked, answer, io.Discard)
	}()
	lines := bufio.NewScanner(answers)
	for range 3 {
		_, err := io.WriteString(ask, `{"contact": {"id": "c1"}}`+"\n")
		require.NoError(t, err)
		require.True(t, lines.Scan())
		require.Contains(t, lines.Text(), `"send":`)
	}
	require.NoError(t, ask.Close())
	require.Zero(t, <-ended)
}
