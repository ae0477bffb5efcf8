package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/winnow-gate/winnow/plugin/screen"
)

// screenOut takes the parts of a run to their files, and keeps the run
// resumable. It is the screen.Sink of the verb.
type screenOut struct {
	e       *env
	flags   *screenFlags
	out     io.Writer
	file    *os.File   // out, when it is a file
	devices []*os.File // opened for out and rejects, when they are pipes or the like
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

func write(w io.Writer, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	_, err := w.Write(text)
	switch {
	case errors.Is(err, syscall.EPIPE):
		return failure(exitFailed, "whoever reads it ended before all was written", "can't write: %v", err)
	case err != nil:
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
	if len(p.Rejects) > 0 && s.rejects == s.e.stderr {
		s.show.clear()
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
	if s.file == nil || s.state.Out-s.told < writeOutEvery {
		return
	}
	writeOut(s.file, s.told, s.state.Out)
	s.told = s.state.Out
	reserve(s.file, s.told, s.told+2*writeOutEvery)
}

func (s *screenOut) close() error {
	var errs []error
	for _, f := range append(s.devices, s.file, s.reject) {
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
		return failure(exitFailed, s.unreadHint(), "stopped before line %d: %v", s.state.Place.Line, err)
	case err == nil && c.Rejected > 0:
		where := "they are listed above"
		if s.flags.rejects != "" {
			where = s.flags.rejects + " lists them"
		}
		return failure(exitFailed, where+", with line and reason", "%s could not be read", plural(int(c.Rejected), "row"))
	}
	return err
}

// unreadHint is what to do when the input can't be read further.
func (s *screenOut) unreadHint() string {
	if s.file == nil || s.state.Input == "" {
		return "is the input whole?"
	}
	return "with the whole file --fresh begins anew; --resume goes on with this one only"
}

func (s *screenOut) hint() string {
	switch {
	case s.file == nil:
		return "with --out, a run can go on where it stopped"
	case s.state.Input == "":
		return "with --out and a file of contacts, a run can go on where it stopped"
	}
	return "--resume goes on where it stopped"
}
