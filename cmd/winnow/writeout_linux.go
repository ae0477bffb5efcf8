package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// writeOut has the system begin to write a part of a file to disk, without waiting
// for it.
func writeOut(f *os.File, from, to int64) {
	_ = unix.SyncFileRange(int(f.Fd()), from, to-from, unix.SYNC_FILE_RANGE_WRITE) // it is only sooner: Sync tells what goes wrong
}

// reserve has the file system set a part of a file aside that is about to be written:
// many small writes cost it more. The file's length stays what it is, and what was set
// aside is given back by Truncate.
func reserve(f *os.File, from, to int64) {
	_ = unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, from, to-from) // where it can't, writing is as it was
}
