// Package direct writes large files past the page cache.
package direct

import (
	"errors"
	"io"
	"math"
	"os"
)

const (
	// block is what lengths, places in the file and places in memory must be
	// multiples of to be written directly: the largest sector of common disks.
	block = 4 << 10
	// room is how much is written at once.
	room = 1 << 20
)

// File is a file that is written at its end. Once it is large, what is written
// goes to the disk without staying in memory: nobody reads it soon, and other
// programs need the memory. It takes the processor half as long as an ordinary
// write, and far less where the system must find the memory first. Where that
// can't be done, the file is written as any other.
//
// One goroutine may write it; any may call Sync meanwhile.
type File struct {
	*os.File
	buf   []byte // what is not in the file yet, but for what Flush wrote; nil: written the ordinary way
	at    int64  // the place of the buffer in the file, a multiple of block
	end   int64  // the place behind all that was written
	after int64  // the end from which on the file is written directly
	plain bool   // the file can't be written directly
}

// New goes on with an open file at its offset, which is its end. The first bytes,
// so many of them, are written the ordinary way: a file that is no larger may well
// be read next. The file must be open for reading, too.
func New(f *os.File, cached int64) (*File, error) {
	end, err := f.Seek(0, io.SeekCurrent)
	return &File{File: f, end: end, after: end + cached}, err
}

// Write takes p; the last of it may be in the file only after Flush.
func (f *File) Write(p []byte) (int, error) {
	if f.buf == nil {
		return f.writeCached(p)
	}
	taken := 0
	for {
		n := copy(f.buf[len(f.buf):cap(f.buf)], p[taken:])
		f.buf = f.buf[:len(f.buf)+n]
		f.end += int64(n)
		taken += n
		if len(f.buf) < cap(f.buf) {
			return taken, nil
		}
		if err := f.put(len(f.buf)); err != nil {
			return taken, err
		}
	}
}

func (f *File) writeCached(p []byte) (int, error) {
	n, err := f.File.Write(p)
	f.end += int64(n)
	if err != nil || f.end < f.after {
		return n, err
	}
	if f.after = math.MaxInt64; setDirect(f.File, true) != nil {
		return n, nil
	}
	f.at = f.end / block * block
	f.buf = make([]byte, f.end-f.at, room) // Go lets so much begin with a page of memory
	return n, f.cached(func() error {
		_, err := f.ReadAt(f.buf, f.at)
		return err
	})
}

// put moves the first n bytes of the buffer, whole blocks, to the file.
func (f *File) put(n int) error {
	_, err := f.WriteAt(f.buf[:n], f.at)
	if isRefused(err) && !f.plain {
		f.plain = true
		if err = setDirect(f.File, false); err == nil {
			_, err = f.WriteAt(f.buf[:n], f.at)
		}
	}
	if err != nil {
		return err
	}
	f.at += int64(n)
	f.buf = f.buf[:copy(f.buf, f.buf[n:])]
	return nil
}

// Flush brings all that was written to where any program can read it. Sync brings
// it on to the disk.
func (f *File) Flush() error {
	if f.buf == nil {
		return nil
	}
	if err := f.put(len(f.buf) / block * block); err != nil {
		return err
	}
	return f.cached(func() error {
		_, err := f.WriteAt(f.buf, f.at)
		return err
	})
}

// cached does what is not about whole blocks.
func (f *File) cached(do func() error) error {
	if f.plain {
		return do()
	}
	return errors.Join(setDirect(f.File, false), do(), setDirect(f.File, true))
}
