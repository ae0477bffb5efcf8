// Package dbfile opens the small SQLite files that winnow keeps beside its decision
// log: the queues of the relay and of the write-back, the book of handovers and the
// ledger of events. It exists so that all of them are their owner's alone, whatever
// characters their path has, and know a schema that is newer than themselves.
package dbfile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// URI makes sure of the file at path and its mode, 0600, and names it such that
// no character of the path means anything to SQLite. Parameters may be added.
func URI(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return "", err
	}
	return "file://" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?_=0", nil
}

// Open opens the file that URI named: one connection for whoever changes it and
// one for whoever asks. A commit is flushed to the disk, and what is deleted is
// overwritten.
func Open(uri string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", uri+"&_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(1)")
	if err == nil {
		db.SetMaxOpenConns(2)
	}
	return db, err
}

// ErrForeign: the file was made by another program, or by winnow for something else.
var ErrForeign = errors.New("the file is of another kind")

// Migrate brings the schema up to date by the files schema/*.sql, in their order,
// while nobody else can. A file that has more than there are is newer's error. own is
// a table of the first that no other file has: whatever has tables and not that one is
// left alone.
func Migrate(db *sql.DB, schema fs.FS, own string, newer error) (err error) {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return err
	}
	ctx := context.Background()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := steps(ctx, c, schema, files, own, newer); err != nil {
		_, back := c.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, back)
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return err
}

// steps runs the files that the database has not seen.
func steps(ctx context.Context, c *sql.Conn, schema fs.FS, files []string, own string, newer error) error {
	var foreign bool
	const others = "SELECT count(*) > 0 AND coalesce(sum(name = ?), 0) = 0 FROM sqlite_master WHERE type = 'table'"
	if err := c.QueryRowContext(ctx, others, own).Scan(&foreign); err != nil {
		return err
	}
	if foreign {
		return ErrForeign
	}
	var at int
	if err := c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&at); err != nil {
		return err
	}
	if at > len(files) {
		return newer
	}
	for _, name := range files[at:] {
		text, err := fs.ReadFile(schema, name)
		if err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	_, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(files)))
	return err
}
