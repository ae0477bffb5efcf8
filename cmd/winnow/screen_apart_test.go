package main

import (
	"bytes"
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
