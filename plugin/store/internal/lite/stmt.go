package lite

import (
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Stmt is a prepared statement. Parameters and columns are numbered as in SQL:
// parameters from 1, columns from 0.
type Stmt struct {
	c *Conn
	p uintptr
}

// Prepare compiles one statement that will run often.
func (c *Conn) Prepare(sql string) (*Stmt, error) {
	q, err := libc.CString(sql)
	if err != nil {
		return nil, err
	}
	defer libc.Xfree(c.tls, q)
	out := c.tls.Alloc(8)
	defer c.tls.Free(8)
	if err := c.err(sqlite3.Xsqlite3_prepare_v3(c.tls, c.db, q, -1, sqlite3.SQLITE_PREPARE_PERSISTENT, out, 0)); err != nil {
		return nil, err
	}
	return &Stmt{c: c, p: *(*uintptr)(at(out))}, nil
}

// Close frees the statement.
func (s *Stmt) Close() {
	sqlite3.Xsqlite3_finalize(s.c.tls, s.p)
	s.p = 0
}

// Int binds an integer.
func (s *Stmt) Int(i int, v int64) { sqlite3.Xsqlite3_bind_int64(s.c.tls, s.p, int32(i), v) }

// Null binds NULL.
func (s *Stmt) Null(i int) { sqlite3.Xsqlite3_bind_null(s.c.tls, s.p, int32(i)) }

// Span binds n bytes of buf from off on as a blob, or NULL when n is 0. SQLite
// reads them in place: buf must keep them until the statement is reset.
func (s *Stmt) Span(i int, buf *Buffer, off, n int) {
	if n == 0 {
		s.Null(i)
		return
	}
	sqlite3.Xsqlite3_bind_blob(s.c.tls, s.p, int32(i), buf.p+uintptr(off), int32(n), 0)
}

// Bytes binds a copy of b as a blob, or NULL when it is empty.
func (s *Stmt) Bytes(i int, b []byte) error {
	return s.copied(i, b, func(p uintptr, n int32) int32 {
		return sqlite3.Xsqlite3_bind_blob(s.c.tls, s.p, int32(i), p, n, sqlite3.SQLITE_TRANSIENT)
	})
}

// Text binds a copy of v as text, or NULL when it is empty.
func (s *Stmt) Text(i int, v string) error {
	return s.copied(i, []byte(v), func(p uintptr, n int32) int32 {
		return sqlite3.Xsqlite3_bind_text(s.c.tls, s.p, int32(i), p, n, sqlite3.SQLITE_TRANSIENT)
	})
}

func (s *Stmt) copied(i int, b []byte, bind func(uintptr, int32) int32) error {
	if len(b) == 0 {
		s.Null(i)
		return nil
	}
	p := libc.Xmalloc(s.c.tls, uint64(len(b)))
	if p == 0 {
		return &Error{Code: sqlite3.SQLITE_NOMEM, Msg: "out of memory"}
	}
	defer libc.Xfree(s.c.tls, p)
	copy(unsafe.Slice((*byte)(at(p)), len(b)), b)
	return s.c.err(bind(p, int32(len(b))))
}

// Step runs the statement to its next row and reports whether there is one. At
// the end, and on an error, the statement is reset and can run again; its
// parameters stay bound.
func (s *Stmt) Step() (row bool, err error) {
	rc := sqlite3.Xsqlite3_step(s.c.tls, s.p)
	if rc == sqlite3.SQLITE_ROW {
		return true, nil
	}
	if rc != sqlite3.SQLITE_DONE {
		err = s.c.err(rc)
	}
	sqlite3.Xsqlite3_reset(s.c.tls, s.p)
	return false, err
}

// Run steps through to the end, dropping rows.
func (s *Stmt) Run() error {
	for {
		if row, err := s.Step(); !row {
			return err
		}
	}
}

// Reset abandons the rows that are left.
func (s *Stmt) Reset() { sqlite3.Xsqlite3_reset(s.c.tls, s.p) }

// ColInt reads an integer column of the current row; NULL is 0.
func (s *Stmt) ColInt(i int) int64 { return sqlite3.Xsqlite3_column_int64(s.c.tls, s.p, int32(i)) }

// ColBytes appends a blob or text column of the current row to dst.
func (s *Stmt) ColBytes(dst []byte, i int) []byte {
	p := sqlite3.Xsqlite3_column_blob(s.c.tls, s.p, int32(i))
	n := sqlite3.Xsqlite3_column_bytes(s.c.tls, s.p, int32(i))
	if p == 0 || n == 0 {
		return dst
	}
	return append(dst, unsafe.Slice((*byte)(at(p)), n)...)
}

// Buffer is memory that SQLite may read in place, outside Go's heap. It grows
// and is reused; the zero value is empty.
type Buffer struct {
	tls *libc.TLS
	p   uintptr
	cap int
}

// Load copies b into the buffer, whose former content is gone.
func (b *Buffer) Load(c *Conn, data []byte) error {
	if len(data) > b.cap {
		b.Free()
		n := max(1<<16, len(data)+len(data)/4)
		if b.p = libc.Xmalloc(c.tls, uint64(n)); b.p == 0 {
			return &Error{Code: sqlite3.SQLITE_NOMEM, Msg: "out of memory"}
		}
		b.tls, b.cap = c.tls, n
	}
	if len(data) > 0 {
		copy(unsafe.Slice((*byte)(at(b.p)), b.cap), data)
	}
	return nil
}

// Free gives the memory back.
func (b *Buffer) Free() {
	if b.p != 0 {
		libc.Xfree(b.tls, b.p)
	}
	*b = Buffer{}
}

// Number runs a query and returns its first column of its first row, 0 if it
// has none.
func (c *Conn) Number(sql string) (int64, error) {
	s, err := c.Prepare(sql)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	row, err := s.Step()
	if !row {
		return 0, err
	}
	return s.ColInt(0), nil
}
