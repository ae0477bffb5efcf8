package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
			at := (*fs.PathError)(nil)
			if errors.As(err, &at) {
				err = at.Err // at.Path is the file beside it
			}
			err = failure(exitFailed, "check that you may write it; the old file, if any, is as it was", "can't write %s: %v", path, err)
		}
	}()
	name := path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		name = real
	}
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return writeInto(name, write)
		}
		mode = info.Mode().Perm()
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
