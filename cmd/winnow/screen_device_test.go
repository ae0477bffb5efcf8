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
		e := &env{stdin: strings.NewReader(""), stdout: shared, stderr: &errs, now: time.Now}
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
