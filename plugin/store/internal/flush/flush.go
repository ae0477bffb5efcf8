// Package flush makes what was written to a file durable without a thread that
// waits for the disk.
//
// A Go program that calls fdatasync gives a thread away: the scheduler notices
// that it is gone only after some 20 to 100 µs, in which nothing else runs on
// that thread's processor, and has to keep a watch on it all the time. That costs
// a gate with one core, which commits 500 times a second, as much as the flush
// itself. Where the system can flush in the background, a flush is therefore
// submitted and waited for like an answer from the network.
package flush

import (
	"errors"
	"os"
)

// errRefused: nothing was flushed, since the system can't do it in the background.
var errRefused = errors.New("no flushing in the background")

// File is a file that is written through another descriptor. Its methods are for
// one goroutine at a time.
type File struct {
	f          *os.File
	background *background // nil where there is none
}

// Open opens a file that exists.
func Open(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &File{f, newBackground()}, nil
}

// Sync returns when everything that was written to the file before the call, and
// the metadata needed to read it again, is on the disk. After an error what was
// not yet there may never come, even if a later Sync succeeds: see
// https://wiki.postgresql.org/wiki/Fsync_Errors.
func (f *File) Sync() error {
	if f.background != nil {
		err := f.background.sync(f.f)
		if err != errRefused {
			return err
		}
		f.background.close()
		f.background = nil // for good: the file system won't change its mind
	}
	return datasync(f.f)
}

// Close closes the file. It flushes nothing.
func (f *File) Close() error {
	if f.background != nil {
		f.background.close()
	}
	return f.f.Close()
}
