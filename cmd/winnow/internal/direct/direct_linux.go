package direct

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// setDirect has the writes of a file go past the page cache, or no longer do so.
func setDirect(f *os.File, on bool) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
		if flags &^= unix.O_DIRECT; on {
			flags |= unix.O_DIRECT
		}
		if err == nil {
			_, err = unix.FcntlInt(fd, unix.F_SETFL, flags)
		}
		failed = err
	})
	return errors.Join(err, failed)
}

// isRefused tells of a write that a file system or disk can't do directly.
func isRefused(err error) bool { return errors.Is(err, unix.EINVAL) }
