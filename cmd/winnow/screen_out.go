package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
)

// screenOut takes the parts of a run to their files, and keeps the run
// resumable. It is the screen.Sink of the verb.
type screenOut struct {
	e       *env
	flags   *screenFlags
	out     io.Writer
	file    *os.File // out, when it is a file
	device  *os.File // out, when it is a pipe or the like
	rejects io.Writer
	reject  *os.File // rejects, when they are a file
	state   checkpoint
	told    int64      // up to where the system was told to write the file out
	saved   time.Time  // of the last checkpoint
	saving  chan error // what comes of the one under way; nil when none is
	begun   time.Time
	from    int64 // rows that earlier runs did
	show    *progress
}

// openScreenOut opens what a run writes to. With --resume it goes to where the
// run before stopped, in the input and in the output.
func (e *env) openScreenOut(file string, src *audience.Reader, flags screenFlags, o *screen.Options) (*screenOut, error) {
	s := &screenOut{e: e, flags: &flags, out: e.stdout, rejects: e.stderr, begun: e.now(), saved: e.now()}
	s.show = newProgress(e, src)
	s.state = newCheckpoint(src, o)
	s.state.Events = flags.heard.db
	if info, err := os.Stat(flags.out); flags.out == "" || err == nil && info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0 {
		if flags.resume {
			return nil, failure(exitUsage, "name the file of decisions with --out", "--resume goes on with a file")
		}
		if err := s.openDevice(); err != nil {
			return nil, err
		}
		return s, errors.Join(s.openRejects(flags.rejects), s.header(o))
	}
	if flags.rejects == "" {
		flags.rejects = flags.out + ".rejects.csv"
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

// openDevice opens a pipe or a device that --out names. Like standard output it can't
// be gone on with.
func (s *screenOut) openDevice() error {
	if s.flags.out == "" {
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

func write(w io.Writer, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	if _, err := w.Write(text); err != nil {
		return failure(exitFailed, "is there room on the disk?", "can't write: %v", err)
	}
	return nil
}

// Put implements screen.Sink. A part counts once all of it is written: a resumed
// run cuts off the rest.
func (s *screenOut) Put(p *screen.Part) error {
	if err := write(s.out, p.Out); err != nil {
		return err
	}
	if err := write(s.rejects, p.Rejects); err != nil {
		return err
	}
	s.state.Out += int64(len(p.Out))
	s.state.Rejects += int64(len(p.Rejects))
	s.state.Counts.Add(&p.Counts)
	s.state.Place = p.End
	s.writeOut()
	now := s.e.now()
	s.show.update(now, &s.state.Counts, s.from)
	if s.file == nil || now.Sub(s.saved) < s.flags.interval {
		return nil
	}
	s.saved = now
	if s.flags.interval == 0 {
		return s.save()
	}
	return s.saveBeside()
}

// writeOutEvery is after how many bytes the system is told to write them to disk.
// Left to itself it begins when it is asked to make sure of them, and the run
// stands still until it is done.
const writeOutEvery = 8 << 20

func (s *screenOut) writeOut() {
	if s.file != nil && s.state.Out-s.told >= writeOutEvery {
		writeOut(s.file, s.told, s.state.Out)
		s.told = s.state.Out
	}
}

func (s *screenOut) close() error {
	var errs []error
	for _, f := range []*os.File{s.file, s.device, s.reject} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// finish ends a run: what it came to on standard error, and whether it can go
// on if it did not come to its end.
func (s *screenOut) finish(err error) error {
	s.show.clear()
	if s.file != nil {
		err = s.finishFiles(err)
	}
	if closing := s.close(); err == nil && closing != nil {
		err = failure(exitFailed, "is there room on the disk?", "can't write: %v", closing)
	}
	c := &s.state.Counts
	fmt.Fprintln(s.e.stderr, summary(c, s.e.now().Sub(s.begun), s.from))
	var known *exitError
	switch {
	case errors.Is(err, context.Canceled):
		return failure(exitFailed, s.hint(), "interrupted before line %d", s.state.Place.Line)
	case err != nil && !errors.As(err, &known):
		return failure(exitFailed, s.hint(), "stopped before line %d: %v", s.state.Place.Line, err)
	case err == nil && c.Rejected > 0:
		where := "they are listed above"
		if s.reject != nil {
			where = s.reject.Name() + " lists them"
		}
		return failure(exitFailed, where+", with line and reason", "%s could not be read", plural(int(c.Rejected), "row"))
	}
	return err
}

func (s *screenOut) hint() string {
	if s.file == nil {
		return "with --out, a run can go on where it stopped"
	}
	return "--resume goes on where it stopped"
}
