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
	s := &screenOut{e: e, flags: &flags, begun: e.now(), saved: e.now()}
	s.state = newCheckpoint(src, o)
	s.state.Events = flags.heard.db
	to, err := s.streamAt(flags.out, e.stdout)
	if to == nil && flags.rejects == "" {
		flags.rejects = flags.out + ".rejects.csv"
	}
	if err == nil {
		err = e.keepApart(file, flags.out, flags.rejects)
	}
	switch {
	case err != nil:
	case to == nil:
		err = s.openFiles(file, src, o)
	case flags.resume:
		err = failure(exitUsage, "name the file of decisions with --out", "--resume goes on with a file")
	default:
		s.out = to
		err = s.openRejects(false)
		if err == nil {
			err = s.headers(o)
		}
	}
	if err != nil {
		_ = s.close() // nothing was written
		return nil, err
	}
	s.from = s.state.Counts.Rows + s.state.Counts.Rejected
	s.show = newProgress(e, src, s.out)
	return s, nil
}

// streamAt is what a name leads to that is no plain file: a pipe, a device, or one
// of the program's own streams by a name such as /dev/stderr. No name is the usual
// stream, and nil a file.
func (s *screenOut) streamAt(name string, usual io.Writer) (io.Writer, error) {
	if name == "" {
		return usual, nil
	}
	there, err := os.Stat(name)
	if err != nil {
		return nil, nil //nolint:nilerr // a file is made there, or that fails
	}
	for _, own := range []io.Writer{s.e.stdout, s.e.stderr} {
		if isBehind(own, there) { // opened by its name, it would lose what others have written to it
			return own, nil
		}
	}
	if there.Mode()&(fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) == 0 {
		return nil, nil
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return nil, cantWrite(name, err)
	}
	s.devices = append(s.devices, f)
	return f, nil
}

// isBehind reports whether a stream goes to a file.
func isBehind(stream io.Writer, f fs.FileInfo) bool {
	out, ok := fileBehind(stream)
	if !ok {
		return false
	}
	own, err := out.Stat()
	return err == nil && os.SameFile(own, f)
}

// openFiles opens the output and the rejects, where the run before left them if it
// is to be gone on with.
func (s *screenOut) openFiles(file string, src *audience.Reader, o *screen.Options) error {
	var err error
	if s.file, err = openOwn(s.flags.out); err != nil {
		return err
	}
	s.out = s.file
	resumed, err := s.resume(file, src, o) // what another run left, now that there is none
	if err == nil {
		err = cut(s.file, s.state.Out, resumed)
	}
	if err != nil {
		return err
	}
	if err := s.openRejects(resumed); err != nil {
		return err
	}
	if s.state.Rejects > 0 {
		return s.sameFiles()
	}
	// It is new, or ended before its headers. It is resumable before it writes anything.
	if err := s.save(); err != nil {
		return err
	}
	return s.headers(o)
}

// resume reads what an interrupted run left, if there is one.
func (s *screenOut) resume(file string, src *audience.Reader, o *screen.Options) (bool, error) {
	var err error
	if !comesOnce(file) {
		if err = s.state.printInput(file); err != nil {
			return false, err
		}
	} else if s.flags.resume {
		return false, failure(exitUsage, "name the file instead of piping it in", "--resume needs to read the input again, and a pipe comes once")
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

// sameFiles refuses to go on with files that are not as the interrupted run left them.
func (s *screenOut) sameFiles() error {
	ends, err := s.state.ends(s.file, s.reject)
	if err == nil && ends != s.state.Ends {
		err = errors.New("what the interrupted run wrote was changed since, in it or in the file of rejects")
	}
	if err != nil {
		return failure(exitFailed, "--fresh begins anew", "%s can't be resumed: %v", s.flags.out, err)
	}
	return nil
}

// comesOnce reports whether the contacts come by a pipe, as from <(zcat contacts.gz).
func comesOnce(file string) bool {
	there, err := os.Stat(file)
	return file == "-" || err == nil && !there.Mode().IsRegular()
}

// openRejects opens what rows that can't be read are listed in.
func (s *screenOut) openRejects(resumed bool) (err error) {
	s.rejects, err = s.streamAt(s.flags.rejects, s.e.stderr)
	if err != nil || s.rejects != nil {
		return err
	}
	if s.reject, err = openOwn(s.flags.rejects); err != nil {
		return err
	}
	s.rejects = s.reject
	return cut(s.reject, s.state.Rejects, resumed)
}

// openOwn opens a file that no other run writes to.
func openOwn(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, cantWrite(name, err)
	}
	if !lockFile(f) {
		return nil, errors.Join(failure(exitFailed, "wait for it, or name another file", "another run of winnow writes to %s", name), f.Close())
	}
	return f, nil
}

// cut takes a file to a length: what is beyond it a resumed run does again.
func cut(f *os.File, length int64, resumed bool) error {
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
		return failure(exitFailed, "--fresh begins anew", "%s: %v", f.Name(), err)
	}
	return nil
}

// headers writes the first lines of both. Rejects among what else goes to standard
// error have none, unless it was named.
func (s *screenOut) headers(o *screen.Options) error {
	if s.flags.rejects != "" {
		s.state.Rejects += int64(len(screen.RejectHeader))
		if err := write(s.rejects, []byte(screen.RejectHeader)); err != nil {
			return err
		}
	}
	if !o.CSV {
		return nil
	}
	header := screen.Header(o.Bundle)
	s.state.Out += int64(len(header))
	return write(s.out, header)
}
