package dbfile

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Lock makes sure that one server works with the file at path, until what it
// returns is closed. The lock is that of a database of its own, path.lock: it works
// on every system, and ends with the process, however it ends. When another has it,
// the error is taken.
func Lock(path string, taken error) (*sql.DB, error) {
	uri, err := URI(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("the file can't be locked: %w", err)
	}
	db, err := sql.Open("sqlite", uri+"&_pragma=busy_timeout(500)&_pragma=locking_mode(EXCLUSIVE)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	db.SetConnMaxLifetime(0)
	if _, err := db.Exec("BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS lock (x); COMMIT"); err != nil {
		var e *sqlite.Error
		if errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_BUSY {
			err = fmt.Errorf("%w (%v)", taken, err)
		}
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
