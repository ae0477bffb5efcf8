package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// save makes sure that the run can be resumed from here, before it goes on.
func (s *screenOut) save() error {
	if s.saving != nil {
		err := <-s.saving
		if s.saving = nil; err != nil {
			return err
		}
	}
	return s.state.save(s.flags.out, s.file, s.reject)
}

// saveBeside is save while the run goes on: a disk may take longer for what was
// written than the rows of a whole interval do. One that is under way is left to
// end; what it could not do is told by the next one.
func (s *screenOut) saveBeside() error {
	if s.saving != nil {
		select {
		case err := <-s.saving:
			if s.saving = nil; err != nil {
				return err
			}
		default:
			return nil
		}
	}
	state, done := s.state, make(chan error, 1)
	state.Counts.Outcomes = slices.Clone(state.Counts.Outcomes)
	s.saving = done
	go func() { done <- state.save(s.flags.out, s.file, s.reject) }()
	return nil
}

// save writes the checkpoint once the files are on disk. They may have grown
// since: a resumed run cuts them to the lengths that the checkpoint knows. A run
// that can't be resumed has none, nor leaves that of another run.
func (c *checkpoint) save(name string, out, reject *os.File) error {
	err := out.Sync()
	if err == nil && reject != nil { // else rejects go to a pipe or the like
		err = reject.Sync()
	}
	if err != nil {
		return failure(exitFailed, "is there room on the disk?", "can't write: %v", err)
	}
	if c.Input == "" {
		return removeIfThere(checkpointName(name))
	}
	if c.Ends, err = c.ends(out, reject); err != nil {
		return failure(exitFailed, "check the disk", "can't read what was written: %v", err)
	}
	return c.write(name)
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return failure(exitFailed, "remove it by hand", "%v", err)
	}
	return nil
}

// finishFiles leaves a run that ended early resumable, and tidies up after one
// that came to its end.
func (s *screenOut) finishFiles(err error) error {
	if short := s.file.Truncate(s.state.Out); err == nil && short != nil { // what was set aside, and half of a part
		err = failure(exitFailed, "is there room on the disk?", "can't write: %v", short)
	}
	if err != nil {
		return errors.Join(err, s.save())
	}
	if err := s.save(); err != nil {
		return err
	}
	if err := removeIfThere(checkpointName(s.flags.out)); err != nil {
		return fmt.Errorf("the run is complete, but: %w", err)
	}
	if s.state.Counts.Rejected == 0 && s.reject != nil {
		return os.Remove(s.reject.Name())
	}
	return nil
}
