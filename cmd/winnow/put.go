package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The modes of files that winnow makes.
const (
	// forOwner is for what names people or says what becomes of them: reports,
	// also those whose samples were switched off, and lists of contacts.
	forOwner os.FileMode = 0o600
	// forAll is for what stands beside rules, or is shown around as they are:
	// posters, and the files that a bundle reads, often as another user.
	forAll os.FileMode = 0o644
)

// writeWhole writes a file whole or not at all: somebody may be reading it. A file
// that is there keeps its mode, whoever set it; a link still leads where it did;
// and a device or a pipe is written to. What write says is wrong stays as it says.
func writeWhole(path string, mode os.FileMode, write func(io.Writer) error) (err error) {
	defer func() {
		if said := (*exitError)(nil); err != nil && !errors.As(err, &said) {
			err = cantWrite(path, err)
		}
	}()
	name, there := behind(path)
	switch {
	case there == nil:
	case there.Mode().IsRegular():
		mode = there.Mode().Perm()
	default:
		return writeInto(name, write)
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".winnow-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // after the rename there is nothing to remove
	out := bufio.NewWriter(file)
	if err := errors.Join(write(out), out.Flush(), file.Chmod(mode), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

// mayWrite tells before long work what would keep writeWhole from writing what comes
// of it, by doing as it does; "" is no file. A device or a pipe is not tried: whoever
// reads it would see it end.
func mayWrite(paths ...string) error {
	for _, path := range paths {
		name, there := behind(path)
		switch {
		case path == "" || there != nil && !there.Mode().IsRegular() && !there.IsDir():
			continue
		case there != nil && there.IsDir():
			return cantWrite(path, syscall.EISDIR)
		}
		file, err := os.CreateTemp(filepath.Dir(name), ".winnow-*")
		if err == nil {
			err = errors.Join(file.Close(), os.Remove(file.Name()))
		}
		if err != nil {
			return cantWrite(path, err)
		}
	}
	return nil
}

// behind is the file that a path leads to, and what is there; nil for nothing.
func behind(path string) (name string, there fs.FileInfo) {
	name = path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		name = real
	}
	there, err := os.Stat(name)
	if err != nil {
		return name, nil
	}
	return name, there
}

// cantWrite says why a file can't be written, and what to do about it.
func cantWrite(path string, err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err // at.Path is the file beside it
	}
	hint := "check that you may write it; the old file, if any, is as it was"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = "make the folder " + filepath.Dir(path) + ", or name another place"
	case errors.Is(err, syscall.EISDIR):
		hint = "name a file in it"
	case errors.Is(err, syscall.ENOSPC):
		hint = "make room on the disk; the old file, if any, is as it was"
	}
	return failure(exitFailed, hint, "can't write %s: %v", path, err)
}

func writeInto(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	return errors.Join(write(out), out.Flush(), file.Close())
}

// writeBytes is writeWhole for what is in memory.
func writeBytes(path string, mode os.FileMode, text []byte) error {
	return writeWhole(path, mode, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
