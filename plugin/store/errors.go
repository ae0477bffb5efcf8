package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"

	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

// The errors that callers can act on. What comes out of the store wraps one of
// them whenever it fits, with the database's own words behind it.
var (
	// ErrBusy: the queue is full. Answer with the default, or try later.
	ErrBusy = errors.New("the decision log cannot keep up: its queue is full")
	// ErrClosed: the store is closed or closing.
	ErrClosed = errors.New("the decision log is closed")
	// ErrFull: no space is left. The store goes on by itself once there is.
	ErrFull = errors.New("the disk is full: free some space")
	// ErrLocked: another process has the database.
	ErrLocked = errors.New("another process has the database: stop it, or open read-only")
	// ErrCorrupt: the file is damaged or no database.
	ErrCorrupt = errors.New("the database file is damaged or not a database: restore it or move it away")
	// ErrForeign: the file was made by another program, or by winnow for something else.
	ErrForeign = errors.New("the file is no decision log")
	// ErrReadOnly: the file or folder cannot be written, or was opened for reading.
	ErrReadOnly = errors.New("the database cannot be written: check the rights of the file and its folder")
	// ErrUnavailable: the file cannot be opened, or the disk failed.
	ErrUnavailable = errors.New("the database file cannot be reached")
	// ErrNewerSchema: a newer version of winnow wrote the file.
	ErrNewerSchema = errors.New("a newer winnow wrote this database: use that version or another file")
	// ErrTooLarge: the record is larger than Options.MaxRecord.
	ErrTooLarge = errors.New("the record is too large")
	// ErrBadRecord: the record can never be stored.
	ErrBadRecord = errors.New("the record cannot be stored")
)

// SQLite's primary result codes that mean something to a caller.
const (
	codeError      = 1
	codePerm       = 3
	codeBusy       = 5
	codeLocked     = 6
	codeNoMem      = 7
	codeReadOnly   = 8
	codeIOErr      = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeCantOpen   = 14
	codeTooBig     = 18
	codeConstraint = 19
	codeMismatch   = 20
	codeNotADB     = 26
)

// code is the primary result code in err, 0 if there is none.
func code(err error) int {
	var l *lite.Error
	if errors.As(err, &l) {
		return l.Code & 0xff
	}
	var d *sqlite.Error
	if errors.As(err, &d) {
		return d.Code() & 0xff
	}
	return 0
}

// taken says that a row with this id is there already.
func taken(err error) bool {
	const primaryKey = 1555
	var l *lite.Error
	return errors.As(err, &l) && l.Code == primaryKey
}

// typed puts the sentinel that fits in front of a database error.
func typed(err error) error {
	if err == nil {
		return nil
	}
	var kind error
	switch code(err) {
	case codeFull:
		kind = ErrFull
	case codeBusy, codeLocked:
		kind = ErrLocked
	case codeCorrupt, codeNotADB:
		kind = ErrCorrupt
	case codeReadOnly, codePerm:
		kind = ErrReadOnly
	case codeCantOpen, codeIOErr, codeNoMem:
		kind = ErrUnavailable
	case codeTooBig, codeConstraint, codeMismatch:
		kind = ErrBadRecord
	default:
		return fmt.Errorf("store: %w", err)
	}
	return fmt.Errorf("store: %w (%v)", kind, err)
}

// poison says that the error may come from one record, so that the others of
// its batch deserve another try.
func poison(err error) bool {
	switch code(err) {
	case codeError, codeTooBig, codeConstraint, codeMismatch:
		return true
	}
	return false
}
