package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

//go:embed schema/*.sql
var schema embed.FS

// SQLite is a decision log in one SQLite file. Its methods may be called from
// any number of goroutines. Open makes one, Close ends it.
type SQLite struct {
	path     string // empty in memory
	opts     Options
	queue    *queue
	words    *words
	tail     *tail
	spans    *spans
	read     *sql.DB      // for people's questions
	finders  chan *finder // for those of a decision; closed by Close
	closing  sync.Once
	closeErr error

	stopped chan struct{} // closed when the committer has ended
	endErr  error         // what it met while closing
}

// Open opens the log at path, which it creates with mode 0600 if there is none;
// its folder must exist. Files beside it have its name with -wal, -shm and -owner
// added; the last only carries the lock that keeps a second writer out. ":memory:"
// keeps everything in memory and is for tests. A file with an older schema is
// brought up to date.
//
// Errors wrap ErrLocked when another process writes the file, ErrNewerSchema,
// ErrCorrupt, ErrReadOnly or ErrUnavailable.
func Open(path string, opts Options) (_ *SQLite, err error) {
	s := &SQLite{
		opts: opts.withDefaults(), words: newWords(), tail: newTail(), spans: &spans{},
		stopped: make(chan struct{}),
	}
	s.queue = newQueue(s.opts, s.words)
	dsn := s.dsn(path)
	if opts.ReadOnly {
		return s.openReadOnly(path, dsn)
	}
	if path != ":memory:" {
		if err := prepare(path); err != nil {
			return nil, err
		}
		if s.path, err = filepath.Abs(path); err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
	}
	w, err := newWriter(s, path, dsn)
	if err != nil {
		return nil, err
	}
	if err := s.openReaders(dsn, ""); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if err := s.openFinders(dsn); err != nil {
		return nil, errors.Join(err, s.read.Close(), w.close())
	}
	go func() {
		defer close(s.stopped)
		w.run()
		s.endErr = w.close()
	}()
	return s, nil
}

// dsn is a URI, so that no character of a path means anything to SQLite.
func (s *SQLite) dsn(path string) string {
	if path == ":memory:" {
		// Named after this store: two stores in one process stay apart.
		return fmt.Sprintf("file:/winnow-%p?vfs=memdb", s)
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return "file://" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?_=0"
}

// prepare makes sure of the file and its mode before SQLite sees it, which
// would create it for everyone to read. The files beside it copy its mode.
func prepare(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("store: %w: the folder of %s does not exist", ErrUnavailable, path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("store: %w: %v", ErrReadOnly, err)
	case err != nil:
		return fmt.Errorf("store: %w: %v", ErrUnavailable, err)
	}
	return f.Close()
}

// latest is the schema version that this program knows.
func latest() int {
	files, _ := fs.Glob(schema, "schema/*.sql")
	return len(files)
}

// migrate brings the schema up to date, each step in its own transaction.
func migrate(c *lite.Conn) error {
	const others = "SELECT count(*) > 0 AND coalesce(sum(name = 'version'), 0) = 0 FROM sqlite_master WHERE type = 'table'"
	switch foreign, err := c.Number(others); {
	case err != nil:
		return err
	case foreign != 0:
		return ErrForeign
	}
	const versions = "CREATE TABLE IF NOT EXISTS version (version INTEGER PRIMARY KEY) STRICT"
	if err := c.Exec("BEGIN IMMEDIATE; " + versions + "; COMMIT"); err != nil {
		return err
	}
	at, err := c.Number("SELECT coalesce(max(version), 0) FROM version")
	if err != nil {
		return err
	}
	if int(at) > latest() {
		return fmt.Errorf("%w (schema %d, this one knows %d)", ErrNewerSchema, at, latest())
	}
	files, _ := fs.Glob(schema, "schema/*.sql")
	slices.Sort(files)
	for i, name := range files[at:] {
		text, err := schema.ReadFile(name)
		if err != nil {
			return err
		}
		step := fmt.Sprintf("BEGIN IMMEDIATE; %s; INSERT INTO version VALUES (%d); COMMIT", text, int(at)+i+1)
		if err := c.Exec(step); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Submit hands a record to the next transaction and returns at once. Everything
// is copied before it returns: r and its slices may be used again. Records are
// stored in the order of submission.
//
// The record is accepted but not yet durable: wait for the ticket for that. It
// need not be waited for, then its failure goes unseen.
//
// Errors: ErrBusy, ErrClosed, ErrReadOnly, ErrTooLarge, ErrBadRecord.
func (s *SQLite) Submit(r *Record) (Ticket, error) {
	if s.opts.ReadOnly {
		return Ticket{}, ErrReadOnly
	}
	return s.queue.add(r)
}

// Append submits a record and waits until it is durable.
func (s *SQLite) Append(ctx context.Context, r *Record) error {
	t, err := s.Submit(r)
	if err != nil {
		return err
	}
	return t.Wait(ctx)
}

// work has the committer do something in its turn, and waits for it.
func (s *SQLite) work(ctx context.Context, f func(*writer) error) error {
	if s.opts.ReadOnly {
		return ErrReadOnly
	}
	t, err := s.queue.do(f)
	if err != nil {
		return err
	}
	return t.Wait(ctx)
}

// Close writes everything accepted and closes the files. From its call on,
// Submit answers ErrClosed. When ctx ends first, the writing goes on in the
// background, and Close may be called again to wait for it.
func (s *SQLite) Close(ctx context.Context) error {
	s.queue.close()
	select {
	case <-s.stopped:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.closing.Do(func() {
		s.closeErr = errors.Join(s.endErr, s.closeFinders(s.opts.Readers), s.read.Close())
	})
	return s.closeErr
}
