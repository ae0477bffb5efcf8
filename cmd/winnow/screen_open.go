package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
)

// openScreenOut opens what a run writes to. With --resume it goes to where the
// run before stopped, in the input and in the output.
func (e *env) openScreenOut(file string, src *audience.Reader, flags screenFlags, o *screen.Options) (*screenOut, error) {
	s := &screenOut{e: e, flags: &flags, out: e.stdout, rejects: e.stderr, begun: e.now(), saved: e.now()}
	s.show = newProgress(e, src)
	s.state = newCheckpoint(src, o)
	s.state.Events = flags.heard.db
	to, known := os.Stat(flags.out)
	toDevice := flags.out == "" || known == nil && (isDevice(to) || e.isStdout(to))
	if !toDevice && flags.rejects == "" {
		flags.rejects = flags.out + ".rejects.csv"
	}
	if err := e.keepApart(file, flags.out, flags.rejects); err != nil {
		return nil, err
	}
	if toDevice {
		if flags.resume {
			return nil, failure(exitUsage, "name the file of decisions with --out", "--resume goes on with a file")
		}
		if err := s.openDevice(to); err != nil {
			return nil, err
		}
		return s, errors.Join(s.openRejects(flags.rejects), s.header(o))
	}
	resumed, err := s.resume(file, src, o)
	if err == nil {
		err = s.openFiles(flags.rejects, resumed)
	}
	if err == nil && s.state.Rejects == 0 { // a resumed run may have ended before its headers
		err = s.begin(o)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	s.from = s.state.Counts.Rows + s.state.Counts.Rejected
	return s, nil
}

func isDevice(f fs.FileInfo) bool {
	return f.Mode()&(fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0
}

// isStdout tells whether a file is where standard output goes, as /dev/stdout is. If
// it were opened by its name, it would lose what others have written to it.
func (e *env) isStdout(f fs.FileInfo) bool {
	out, ok := fileBehind(e.stdout)
	if !ok {
		return false
	}
	own, err := out.Stat()
	return err == nil && os.SameFile(own, f)
}

// openDevice opens a pipe or a device that --out names. Like standard output it can't
// be gone on with.
func (s *screenOut) openDevice(to fs.FileInfo) error {
	if s.flags.out == "" || s.e.isStdout(to) {
		return nil
	}
	f, err := os.OpenFile(s.flags.out, os.O_WRONLY, 0)
	if err != nil {
		return failure(exitFailed, "check that you may write it", "can't write: %v", err)
	}
	s.device, s.out = f, f
	return nil
}

// resume reads what an interrupted run left, if there is one.
func (s *screenOut) resume(file string, src *audience.Reader, o *screen.Options) (bool, error) {
	var err error
	if file != "-" {
		if s.state.Input, err = inputPrint(file); err != nil {
			return false, err
		}
	} else if s.flags.resume {
		return false, failure(exitUsage, "name the file instead of piping it in", "--resume needs to read the input again, and standard input comes once")
	}
	old, err := readCheckpoint(s.flags.out)
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && s.flags.fresh:
		return false, nil
	case err != nil:
		return false, failure(exitFailed, "--fresh begins anew", "%s: %v", checkpointName(s.flags.out), err)
	case !s.flags.resume:
		return false, failure(exitUsage, "--resume goes on with it, --fresh begins anew", "%s is of a run that was interrupted", s.flags.out)
	}
	if s.flags.at == "" {
		o.Now, s.state.Now = old.Now, old.Now
	}
	if what := s.state.differs(old); what != "" {
		return false, failure(exitUsage, "a run goes on as it began; --fresh begins anew", "%s can't be resumed: %s is not what it was", s.flags.out, what)
	}
	s.state, s.told = *old, old.Out
	if err := src.Seek(old.Place); err != nil {
		return false, failure(exitFailed, "--fresh begins anew", "%s: %v", file, err)
	}
	return true, nil
}

// openFiles opens the output and the rejects, cut to what the checkpoint knows.
func (s *screenOut) openFiles(rejects string, resumed bool) error {
	var err error
	if s.file, err = openAt(s.flags.out, s.state.Out, resumed); err != nil {
		return err
	}
	if s.reject, err = openAt(rejects, s.state.Rejects, resumed); err != nil {
		return err
	}
	s.out, s.rejects = s.file, s.reject
	return nil
}

func openAt(name string, length int64, resumed bool) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, failure(exitFailed, "check that you may write it", "can't write: %v", err)
	}
	info, err := f.Stat()
	if err == nil && resumed && info.Size() < length {
		err = fmt.Errorf("it has %d bytes, fewer than the %d that were written: it is not the file of the interrupted run", info.Size(), length)
	}
	if err == nil {
		err = f.Truncate(length)
	}
	if err == nil {
		_, err = f.Seek(length, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(failure(exitFailed, "--fresh begins anew", "%s: %v", name, err), f.Close())
	}
	return f, nil
}

// begin makes a new run resumable before it writes anything, then writes the
// headers.
func (s *screenOut) begin(o *screen.Options) error {
	if err := s.save(); err != nil {
		return err
	}
	if err := s.rejectHeader(); err != nil {
		return err
	}
	return s.header(o)
}

func (s *screenOut) header(o *screen.Options) error {
	if !o.CSV {
		return nil
	}
	header := screen.Header(o.Bundle)
	s.state.Out += int64(len(header))
	return write(s.out, header)
}

func (s *screenOut) openRejects(name string) error {
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return failure(exitFailed, "check that you may write it", "can't write: %v", err)
	}
	s.reject, s.rejects = f, f
	return s.rejectHeader()
}

func (s *screenOut) rejectHeader() error {
	s.state.Rejects += int64(len(screen.RejectHeader))
	return write(s.reject, []byte(screen.RejectHeader))
}
