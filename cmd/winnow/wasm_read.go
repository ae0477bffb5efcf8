package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/winnow-gate/winnow/wasm"
)

// readModule reads a module's file, or a pipe or device up to the size of the
// largest module.
func readModule(ctx context.Context, name string) ([]byte, error) {
	most := wasm.HardLimits().ModuleBytes
	module, err := readAtMost(ctx, name, most)
	switch info, statErr := os.Stat(name); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, failure(exitFailed, "winnow wasm build makes one", "there is no file %s", name)
	case statErr == nil && info.IsDir():
		return nil, failure(exitUsage, "name the .wasm file itself", "%s is a folder", name)
	case errors.Is(err, errTooLong):
		return nil, failure(exitInvalid, "strip debug information, or split it", "%s has more than %d bytes, the most that a module may have", name, most)
	case err != nil:
		return nil, failure(exitFailed, "check that you may read it", "can't read %s: %w", name, err)
	}
	return module, nil
}

// maxKept is the most that a file of a manifest or of a key may have.
const maxKept = 64 << 10

var errTooLong = errors.New("it is too long")

// readAtMost reads a file whole, or fails with errTooLong when it has more bytes
// than these. A pipe or a device, which may have no end, is read no further.
func readAtMost(ctx context.Context, name string, most int) (content []byte, err error) {
	f, err := openUntil(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	content, err = io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(content) > most {
		return nil, fmt.Errorf("%w: at most %d bytes", errTooLong, most)
	}
	return content, err
}
