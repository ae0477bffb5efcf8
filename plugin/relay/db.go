package relay

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"

	_ "modernc.org/sqlite" // the driver
)

//go:embed schema.sql
var schema string

// schemaVersion is kept in the file as its user_version.
const schemaVersion = 1

// openDB opens the queue's file, which may be shared with the command line.
func openDB(path string) (*sql.DB, error) {
	// The file holds addresses and mails: it is its owner's alone.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("relay: the queue can't be opened: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(FAST)"
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+pragmas)
	if err != nil {
		return nil, err
	}
	if err := prepareDB(db); err != nil {
		return nil, typed(errors.Join(err, db.Close()))
	}
	return db, nil
}

func prepareDB(db *sql.DB) error {
	ctx := context.Background()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	exec := func(q string) {
		if err == nil {
			_, err = c.ExecContext(ctx, q)
		}
	}
	var version int
	exec("BEGIN IMMEDIATE")
	if err == nil {
		err = c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	}
	switch {
	case version == 0:
		exec(schema)
		exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion))
	case version > schemaVersion:
		err = errors.Join(err, errors.New("a newer winnow wrote this queue: use that version or another file"))
	}
	if err != nil {
		_, back := c.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, back)
	}
	exec("COMMIT")
	return err
}

// bound sets the size of the file that a connection may make.
func bound(ctx context.Context, c *sql.Conn, maxBytes int64) error {
	if maxBytes <= 0 {
		return nil
	}
	var page int64
	if err := c.QueryRowContext(ctx, "PRAGMA page_size").Scan(&page); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", max(maxBytes/page, 16)))
	return err
}

// takeLock makes sure that one relay delivers from a queue. The lock is that of
// a database of its own: it works on every system, and ends with the process,
// however it ends.
func takeLock(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path + ".lock"}).EscapedPath()+"?_pragma=busy_timeout(500)&_pragma=locking_mode(EXCLUSIVE)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	db.SetConnMaxLifetime(0)
	if _, err := db.Exec("BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS lock (x); COMMIT"); err != nil {
		return nil, typed(errors.Join(err, db.Close()))
	}
	return db, nil
}
