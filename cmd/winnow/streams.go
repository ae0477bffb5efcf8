package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/mattn/go-isatty"
)

// input is standard input that ends when the program is asked to, though a read of
// it may wait for ever. Nothing is taken from it before a verb reads.
type input struct {
	io.Reader // as it was given
	ctx       context.Context
	begin     sync.Once
	until     io.Reader
}

// Read implements io.Reader.
func (i *input) Read(p []byte) (int, error) {
	i.begin.Do(func() { i.until = untilDone(i.ctx, i.Reader) })
	return i.until.Read(p)
}

// untilDone ends a stream with the error of ctx when that ends. The goroutine that
// waits for the stream ends with the process.
func untilDone(ctx context.Context, in io.Reader) io.Reader {
	if ctx.Done() == nil {
		return in
	}
	r, w := io.Pipe()
	context.AfterFunc(ctx, func() { _ = w.CloseWithError(ctx.Err()) })
	go func() {
		_, err := io.CopyBuffer(w, struct{ io.Reader }{in}, make([]byte, 256<<10))
		_ = w.CloseWithError(err)
	}()
	return r
}

// openUntil opens a file that ends as untilDone does.
func openUntil(ctx context.Context, name string) (io.ReadCloser, error) {
	if isPipe(name) {
		return io.NopCloser(untilDone(ctx, &namedPipe{name: name})), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{fileUntil(ctx, f), f}, nil
}

// isPipe reports whether a name is that of a pipe, as of <(zcat contacts.gz).
func isPipe(name string) bool {
	there, err := os.Stat(name)
	return err == nil && there.Mode()&fs.ModeNamedPipe != 0
}

// namedPipe opens a pipe where it is read, and closes it at its end: to open it waits
// for somebody who writes to it.
type namedPipe struct {
	name string
	file *os.File
}

// Read implements io.Reader.
func (p *namedPipe) Read(b []byte) (n int, err error) {
	if p.file == nil {
		if p.file, err = os.Open(p.name); err != nil {
			return 0, err
		}
	}
	if n, err = p.file.Read(b); err != nil {
		_ = p.file.Close() // nothing was written
	}
	return n, err
}

// fileUntil is a file that ends as untilDone does. A plain file keeps nobody waiting,
// and needs no goroutine.
func fileUntil(ctx context.Context, f *os.File) io.Reader {
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return untilDone(ctx, f)
	}
	return &plainFile{ctx, f}
}

type plainFile struct {
	ctx  context.Context
	file io.Reader
}

// Read implements io.Reader.
func (p *plainFile) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.file.Read(b)
}

// output is standard output that remembers that something could not be written,
// for the writers of text who have nobody to tell.
type output struct {
	io.Writer // as it was given
	failed    error
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return n, err
}

// outcome is how a verb ended, with what it could not know or say: that it was
// interrupted, or that its output is not whole.
func outcome(ctx context.Context, err error, out *output) error {
	var said *exitError
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled):
		return &exitError{exitFailed, errors.New("interrupted")}
	case out.failed != nil && !errors.As(err, &said):
		return failure(exitFailed, "is there room on the disk?", "can't write: %v", out.failed)
	}
	return err
}

// fileBehind is the file that a stream is, if it is one.
func fileBehind(stream any) (f *os.File, ok bool) {
	switch s := stream.(type) {
	case *input:
		return fileBehind(s.Reader)
	case *output:
		return fileBehind(s.Writer)
	}
	f, ok = stream.(*os.File)
	return f, ok
}

// isTerminal reports whether a stream is a person at a terminal.
func isTerminal(stream any) bool {
	f, ok := fileBehind(stream)
	return ok && isatty.IsTerminal(f.Fd())
}
