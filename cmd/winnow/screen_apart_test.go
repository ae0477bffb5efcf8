package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever the names, nothing is written over the contacts that are read, nor
// rejects over decisions; and files are as they were.
func TestScreenKeepsItsFilesApart(t *testing.T) {
	dir, _ := audienceFiles(t, 10)
	t.Chdir(dir)
	contacts, err := os.ReadFile("contacts.csv")
	require.NoError(t, err)
	require.NoError(t, os.Symlink("contacts.csv", "soft"))
	require.NoError(t, os.Link("contacts.csv", "hard"))
	for _, line := range []string{
		"-o contacts.csv", "-o ./contacts.csv", "-o soft", "-o hard", "-o contacts.csv --resume", "-o contacts.csv --fresh",
		"--rejects contacts.csv", "-o out.csv --rejects soft", "-o out.csv --rejects ./out.csv",
	} {
		code, _, errs := verb(t, "", append([]string{"screen", "rules", "contacts.csv"}, strings.Fields(line)...)...)
		require.Equal(t, exitUsage, code, line)
		require.Contains(t, errs, "would be written over the", line)
		require.Contains(t, errs, "name another file", line)
		now, err := os.ReadFile("contacts.csv")
		require.NoError(t, err)
		require.Equal(t, contacts, now, line)
		require.NoFileExists(t, "out.csv")
	}
	require.NoError(t, os.Rename("hard", "x.rejects.csv")) // where rejects go when nobody says so
	code, _, errs := verb(t, "", "screen", "rules", "contacts.csv", "-o", "x")
	require.Equal(t, exitUsage, code, errs)
}

// So it is with streams that a shell has opened: winnow screen rules < f >> f.
func TestScreenKeepsItsStreamsApart(t *testing.T) {
	dir, _ := audienceFiles(t, 10)
	t.Chdir(dir)
	f, err := os.OpenFile("contacts.csv", os.O_RDWR|os.O_APPEND, 0)
	require.NoError(t, err)
	defer f.Close()
	for _, args := range [][]string{{"-"}, {"contacts.csv"}, {"-", "-o", "contacts.csv"}} {
		var errs bytes.Buffer
		e := &env{stdin: f, stdout: f, stderr: &errs, now: time.Now}
		require.Equal(t, exitUsage, e.run(t.Context(), append([]string{"screen", "rules"}, args...)), args)
		require.Contains(t, errs.String(), "the decisions would be written over the contacts in contacts.csv")
		_, err := f.Seek(0, 0)
		require.NoError(t, err)
	}
}

// Contacts may come by a pipe beside a file of decisions, also one with a name, as a
// shell gives to <(zcat contacts.gz). Such a run can't be gone on with, and says so.
func TestScreenFromAPipeIntoAFile(t *testing.T) {
	dir, _ := audienceFiles(t, 3000)
	t.Chdir(dir)
	code, want, _ := verb(t, "", "screen", "rules", "contacts.ndjson", "-o", "want")
	require.Equal(t, exitFailed, code, want)
	contacts, err := os.ReadFile("contacts.ndjson")
	require.NoError(t, err)
	looks, interruptAt := 0, 0 // at the clock, which is the only thing of the run's that the test is part of
	screened := func(more ...string) (int, string) {
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		reader, pipe, err := os.Pipe()
		require.NoError(t, err)
		defer reader.Close()
		go func() { // ends with the reader at the latest
			_, _ = pipe.Write(contacts)
			_ = pipe.Close()
		}()
		var errs bytes.Buffer
		e := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &errs, now: func() time.Time {
			if looks++; looks == interruptAt {
				interrupt()
			}
			return scriptNow
		}}
		name := fmt.Sprintf("/dev/fd/%d", reader.Fd())
		return e.run(ctx, append([]string{"screen", "rules", name, "--from", "ndjson", "-o", "out"}, more...)), errs.String()
	}
	code, errs := screened()
	require.Equal(t, exitFailed, code, "some rows are bad")
	require.Contains(t, errs, "out.rejects.csv lists them")
	sameFiles(t, "want", "out")

	code, errs = screened("--resume")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "--resume needs to read the input again, and a pipe comes once")
	looks, interruptAt = 0, 2 // the run's begin, once the contacts are open
	require.NoError(t, os.WriteFile(checkpointName("out"), []byte("{}"), 0o600))
	code, errs = screened("--fresh")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "interrupted before line 1\n  with --out and a file of contacts, a run can go on")
	require.NoFileExists(t, checkpointName("out"))
}

// While one run writes to a file, another does not, whatever it is told; files are
// as the first one leaves them.
func TestScreenSharesNoFileWithAnotherRun(t *testing.T) {
	dir, _ := audienceFiles(t, 10)
	t.Chdir(dir)
	contacts, send := io.Pipe()
	ended := make(chan string, 1)
	go func() {
		var errs bytes.Buffer
		run(t.Context(), []string{"screen", "rules", "-", "-o", "out.csv"}, contacts, io.Discard, &errs)
		ended <- errs.String()
	}()
	_, err := io.WriteString(send, "id,email\n"+strings.Repeat("c1,a@x.example\n", 1<<17)) // that is more than it looks at before it opens its files
	require.NoError(t, err)
	for _, args := range []string{"", " --resume", " --fresh", "2 --rejects out.csv.rejects.csv"} {
		code, _, errs := verb(t, "", append([]string{"screen", "rules", "contacts.csv", "-o"}, strings.Fields("out.csv"+args)...)...)
		require.Equal(t, exitFailed, code, args)
		require.Contains(t, errs, "another run of winnow writes to out.csv", args)
	}
	require.NoError(t, send.Close())
	require.Contains(t, <-ended, "131,072 contacts decided")
	text, err := os.ReadFile("out.csv")
	require.NoError(t, err)
	require.Equal(t, 1+1<<17, bytes.Count(text, []byte{'\n'}))
}
