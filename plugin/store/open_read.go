package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	_ "modernc.org/sqlite" // the readers' driver
)

func (s *SQLite) openReaders(dsn, extra string) error {
	dsn += fmt.Sprintf("&_pragma=busy_timeout(%d)&_pragma=query_only(1)%s", s.opts.BusyTimeout.Milliseconds(), extra)
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return typed(err)
	}
	db.SetMaxOpenConns(s.opts.Readers)
	db.SetMaxIdleConns(s.opts.Readers)
	if err := db.PingContext(context.Background()); err != nil {
		return typed(errors.Join(err, db.Close()))
	}
	s.read = db
	return nil
}

func (s *SQLite) openReadOnly(path, dsn string) (*SQLite, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, fmt.Errorf("store: %w: %v", ErrUnavailable, err)
	case info.IsDir():
		return nil, fmt.Errorf("store: %w: it is a folder", ErrUnavailable)
	}
	err := s.openSchema(dsn)
	if errors.Is(err, ErrReadOnly) && isAtRest(path) {
		// SQLite wants files of its own beside a log, even to read it, unless it is
		// told that nobody writes: a copy on a disk that can't be written, say.
		dsn += "&immutable=1"
		err = s.openSchema(dsn)
	}
	if err != nil {
		return nil, err
	}
	if err := s.openFinders(dsn); err != nil {
		return nil, errors.Join(err, s.read.Close())
	}
	s.queue.close()
	close(s.stopped)
	return s, nil
}

// openSchema opens readers of a log whose schema this program knows.
func (s *SQLite) openSchema(dsn string) error {
	if err := s.openReaders(dsn, "&mode=ro"); err != nil {
		return err
	}
	var v int
	err := s.read.QueryRow("SELECT max(version) FROM version").Scan(&v)
	switch {
	case err == nil && v > latest():
		err = ErrNewerSchema
	case code(err) == codeError: // there is no such table
		err = ErrForeign
	}
	if err != nil {
		return typed(errors.Join(err, s.read.Close()))
	}
	return nil
}

// isAtRest reports whether nothing of a log is outside of its file.
func isAtRest(path string) bool {
	_, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist)
}
