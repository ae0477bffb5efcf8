//go:build unix

package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile keeps other runs of winnow from a file until it is closed or the process
// ends, however that ends. False: another has it. Where a file system knows no locks,
// nobody is kept away.
func lockFile(f *os.File) bool {
	return !errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
}
