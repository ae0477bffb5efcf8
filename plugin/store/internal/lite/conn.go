// Package lite is the thin road to SQLite that the decision log's writer
// takes. database/sql and its driver copy every value through the C heap and
// allocate a dozen times a row; the writer binds its own buffers instead, which
// the statement reads in place. It does just what that one writer needs:
// readers use database/sql.
//
// A Conn and its statements belong to one goroutine at a time.
package lite

import (
	"fmt"
	"time"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Error is a failure reported by SQLite.
type Error struct {
	Code int    // extended result code
	Msg  string // SQLite's words
}

// Error gives SQLite's words and the code.
func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.Msg, e.Code) }

// Conn is one connection.
type Conn struct {
	tls *libc.TLS
	db  uintptr
}

// Open opens or creates the database that dsn, a path or a file: URI, names.
// A statement waits up to busy for another connection's lock.
func Open(dsn string, busy time.Duration) (*Conn, error) {
	return open(dsn, busy, sqlite3.SQLITE_OPEN_READWRITE|sqlite3.SQLITE_OPEN_CREATE)
}

// OpenReadOnly opens a database that exists, to read it.
func OpenReadOnly(dsn string, busy time.Duration) (*Conn, error) {
	return open(dsn, busy, sqlite3.SQLITE_OPEN_READONLY)
}

func open(dsn string, busy time.Duration, flags int32) (*Conn, error) {
	c := &Conn{tls: libc.NewTLS()}
	name, err := libc.CString(dsn)
	if err != nil {
		c.tls.Close()
		return nil, err
	}
	defer libc.Xfree(c.tls, name)
	flags |= sqlite3.SQLITE_OPEN_NOMUTEX | sqlite3.SQLITE_OPEN_URI
	out := c.tls.Alloc(8)
	defer c.tls.Free(8)
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, out, flags, 0)
	c.db = *(*uintptr)(at(out))
	if rc != sqlite3.SQLITE_OK {
		err := c.err(rc)
		_ = c.Close()
		return nil, err
	}
	sqlite3.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, int32(busy.Milliseconds()))
	return c, nil
}

// Close closes the connection. Its statements must be closed before.
func (c *Conn) Close() error {
	if c.tls == nil {
		return nil
	}
	rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db)
	c.tls.Close()
	c.tls = nil
	if rc != sqlite3.SQLITE_OK {
		return &Error{Code: int(rc), Msg: "cannot close the database"}
	}
	return nil
}

// Exec runs one or more statements without parameters; rows are dropped.
func (c *Conn) Exec(sql string) error {
	p, err := libc.CString(sql)
	if err != nil {
		return err
	}
	defer libc.Xfree(c.tls, p)
	return c.err(sqlite3.Xsqlite3_exec(c.tls, c.db, p, 0, 0, 0))
}

// InTransaction reports whether a transaction is open. SQLite ends one by itself
// after some failures.
func (c *Conn) InTransaction() bool {
	return sqlite3.Xsqlite3_get_autocommit(c.tls, c.db) == 0
}

// Changes is how many rows the latest statement changed.
func (c *Conn) Changes() int { return int(sqlite3.Xsqlite3_changes(c.tls, c.db)) }

func (c *Conn) err(rc int32) error {
	if rc == sqlite3.SQLITE_OK {
		return nil
	}
	msg := "out of memory"
	if c.db != 0 {
		msg = libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db))
	}
	return &Error{Code: int(rc), Msg: msg}
}

// at makes a pointer of an address in libc's heap or stack, which Go's garbage
// collector neither moves nor frees.
func at(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }
