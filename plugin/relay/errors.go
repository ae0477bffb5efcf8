package relay

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// The errors that callers can act on.
var (
	// ErrClosed: the relay is closed or closing.
	ErrClosed = errors.New("the relay is closed")
	// ErrFull: no space is left, on the disk or in the queue as it is bounded.
	ErrFull = errors.New("the relay's queue has no space left: free some, or raise its limit")
	// ErrLocked: another winnow delivers from this queue.
	ErrLocked = errors.New("another winnow delivers from this queue: stop it first")
	// ErrNone: there is no letter with this id.
	ErrNone = errors.New("there is no such letter")
	// ErrState: the letter's state does not allow it.
	ErrState = errors.New("the letter is not in a state for that")
)

// typed puts the sentinel that fits in front of a database error.
func typed(err error) error {
	var e *sqlite.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_FULL:
		return fmt.Errorf("relay: %w (%v)", ErrFull, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("relay: %w (%v)", ErrLocked, err)
	}
	return fmt.Errorf("relay: %w", err)
}
