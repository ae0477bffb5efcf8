package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What can't be written is named as it was asked for, not by the file beside it.
func TestPutNamesTheFileAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "report.html")
	err := writeBytes(path, forOwner, nil)
	require.EqualError(t, err, "can't write "+path+": no such file or directory")
}

// What has no place to go to is told before anything is read for it, and trying the
// place leaves nothing there.
func TestAnUnwritablePlaceIsToldFirst(t *testing.T) {
	quick, place := example(t, "quickstart"), t.TempDir()
	old := filepath.Join(place, "old.html")
	require.NoError(t, os.WriteFile(old, []byte("old"), 0o600))
	for _, line := range []string{
		"simulate " + quick + " -o", "overlap " + quick + " -o", "coverage " + quick + " -o", "diff " + quick + " " + quick + " --data - -o",
		"find enough-mail " + quick + " -o", "replay --log nosuch.db --bundle " + quick + " -o", "analyze - --out", "analyze - --html", "analyze - --model",
	} {
		for out, want := range map[string]string{
			"nowhere/report.html": "can't write nowhere/report.html: no such file or directory\n  make the folder nowhere, or name another place",
			place:                 "can't write " + place + ": is a directory\n  name a file in it",
		} {
			var errs bytes.Buffer
			e := &env{stdin: unread{t}, stdout: io.Discard, stderr: &errs, now: time.Now}
			require.Equal(t, exitFailed, e.run(t.Context(), append(strings.Fields(line), out)), line)
			require.Contains(t, errs.String(), want, line)
		}
	}
	require.NoError(t, mayWrite("", old, filepath.Join(place, "new.html"), "/dev/stdout"))
	left, err := os.ReadDir(place)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

// unread is input that nobody may have begun to read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("it was read")
	return 0, io.EOF
}

func modeOf(t *testing.T, file string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(file)
	require.NoError(t, err)
	return info.Mode()
}

// Pages about people are for their owner alone; posters are to be hung up.
func TestModesOfPages(t *testing.T) {
	dir := t.TempDir()
	for _, file := range makePages(t, dir) {
		want := forOwner
		switch name := filepath.Base(file); name {
		case "gallery.html": // not made here
			continue
		case "poster.html", "poster-full.html", "poster-short.html":
			want = forAll
		}
		require.Equal(t, want, modeOf(t, file), file)
	}
}

func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	require.NoError(t, writeBytes(file, forOwner, []byte("one")))
	require.Equal(t, forOwner, modeOf(t, file))
	require.NoError(t, os.Chmod(file, 0o640))
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, writeBytes(link, forAll, []byte("two")))
	require.Equal(t, os.FileMode(0o640), modeOf(t, file), "somebody set it")
	require.Equal(t, os.ModeSymlink, modeOf(t, link).Type())

	// Whoever fails half-way leaves the old file, and nothing else.
	said := failure(exitInvalid, "", "no")
	err := writeWhole(file, forAll, func(w io.Writer) error {
		_, err := io.WriteString(w, "thr")
		return errors.Join(err, said)
	})
	require.ErrorIs(t, err, said)
	require.Equal(t, exitInvalid, exitCode(err))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "two", string(text))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 2)

	reader, pipe, err := os.Pipe()
	require.NoError(t, err)
	defer reader.Close()
	require.NoError(t, writeBytes(fmt.Sprintf("/dev/fd/%d", pipe.Fd()), forAll, []byte("three")))
	require.NoError(t, pipe.Close())
	got, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Equal(t, "three", string(got))

	require.ErrorContains(t, writeBytes(filepath.Join(dir, "nowhere", "a"), forAll, nil), "can't write")
}
