//go:build unix

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// One Ctrl-C ends a verb that reads a pipe with a name, be it that nobody writes to
// it, which keeps even its opening waiting, or that no more comes.
func TestAnInterruptEndsWaitingForAPipe(t *testing.T) {
	quick := example(t, "quickstart")
	t.Chdir(t.TempDir())
	t.Setenv("WINNOW_SECRET_SHOP", "0123456789abcdef0123456789abcdef")
	for _, line := range []string{
		"screen " + quick + " pipe", "screen " + quick + " pipe --out d.csv", "simulate " + quick + " pipe", "coverage " + quick + " pipe",
		"overlap " + quick + " pipe", "diff " + quick + " " + quick + " --data pipe", "find enough-mail " + quick + " pipe", "map pipe",
		"explain --data pipe --contact c1 " + quick, "persona sample enough-mail pipe --bundle " + quick,
		"analyze pipe", "hash --secret shop pipe", "suppressions import pipe", "wasm check pipe", "wasm inspect pipe",
	} {
		t.Run(line, func(t *testing.T) {
			for _, some := range []string{"", "i"} {
				require.NoError(t, syscall.Mkfifo("pipe", 0o600))
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan int, 1)
				var errs bytes.Buffer
				go func() { ended <- run(ctx, strings.Fields(line), unread{t}, io.Discard, &errs) }()
				if some != "" {
					pipe, err := os.OpenFile("pipe", os.O_WRONLY, 0) // waits until the verb has opened it
					require.NoError(t, err)
					defer pipe.Close()
					_, err = io.WriteString(pipe, some)
					require.NoError(t, err)
				}
				cancel()
				select {
				case code := <-ended:
					require.Equal(t, exitFailed, code, &errs)
					require.Contains(t, errs.String(), "winnow: interrupted\n")
				case <-time.After(20 * time.Second):
					t.Fatal("it goes on waiting")
				}
				require.NoError(t, os.Remove("pipe"))
			}
		})
	}
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Empty(t, left)
}

// A pipe with a name is read as the file that somebody writes into it.
func TestAPipeIsReadToItsEnd(t *testing.T) {
	dir, _ := audienceFiles(t, 5000)
	t.Chdir(dir)
	require.NoError(t, syscall.Mkfifo("pipe", 0o600))
	contacts, err := os.ReadFile("contacts.ndjson")
	require.NoError(t, err)
	code, want, _ := verb(t, "", "screen", "rules", "contacts.ndjson")
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile("pipe", contacts, 0) }()
	again, got, errs := verb(t, "", "screen", "rules", "pipe")
	require.NoError(t, <-wrote)
	require.Equal(t, code, again, errs)
	require.Equal(t, want, got)
}

// A pipe in a bundle's folder is named and not waited for, by what shows its place either.
func TestAPipeInABundleIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "scorer.wasm"), 0o600))
	code, out, errs := verb(t, "", "check", dir)
	require.Equal(t, exitInvalid, code, errs)
	require.Contains(t, out+errs, "it is a pipe or a device")
}
