package handed

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

//go:embed schema/*.sql
var schema embed.FS

var errNewerSchema = errors.New("a newer winnow made this file: use that version or another file")

// The errors that callers can act on.
var (
	// ErrBusy: somebody is being handed over at this moment. Ask again later.
	ErrBusy = errors.New("the same message to the same people is on its way at this moment")
	// ErrUnsure: nobody knows whether somebody was handed over.
	ErrUnsure = errors.New("nobody knows whether this message to these people was taken before")
	// ErrLocked: another winnow hands over by this book. It would be in doubt about
	// what that one is handing over at this moment.
	ErrLocked = errors.New("another winnow hands over by this book: stop it first")
	// ErrNone: there is no handover with this id, or none that is in doubt.
	ErrNone = errors.New("there is no such handover in doubt")
)

// Options of a book. The zero value works.
type Options struct {
	// Remember is how long repeats are known; 0 means 30 days.
	Remember time.Duration
	// Resend hands over again what nobody knows about: some may get it twice,
	// instead of never.
	Resend bool
	// Clock is the clock; nil means time.Now.
	Clock func() time.Time
	// Log gets what operators should know; nil discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Remember <= 0 {
		o.Remember = 30 * 24 * time.Hour
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Book is one SQLite file. Its methods may be called from any number of
// goroutines.
type Book struct {
	db   *sql.DB
	lock *sql.DB // nil for who only looks

	mu     sync.Mutex // guards what follows
	guard  leap.Guard
	looked time.Time // when the old was last forgotten
	opts   Options
}

// Open opens the book of a server, in a file that is made when there is none.
// What was under way when the last server ended is in doubt from now on. Errors:
// ErrLocked when another server has the book.
func Open(path string, o Options) (*Book, error) {
	lock, err := dbfile.Lock(path, ErrLocked)
	if err != nil {
		return nil, fmt.Errorf("handed: %w", err)
	}
	l, err := Look(path, o)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	l.lock = lock
	var last int64
	if err := l.db.QueryRow("SELECT coalesce(max(at), 0) FROM batch").Scan(&last); err != nil {
		return nil, errors.Join(fmt.Errorf("handed: %w", err), l.Close())
	}
	l.guard = leap.After(last, l.opts.Remember)
	if _, err := l.db.Exec("UPDATE batch SET state = ? WHERE state = ?", unsure, underWay); err != nil {
		return nil, errors.Join(fmt.Errorf("handed: %w", err), l.Close())
	}
	return l, nil
}

// Look opens a book beside the server that uses it, to list and to settle.
func Look(path string, o Options) (*Book, error) {
	uri, err := dbfile.URI(path)
	if err != nil {
		return nil, fmt.Errorf("handed: %w", err)
	}
	db, err := dbfile.Open(uri)
	if err != nil {
		return nil, fmt.Errorf("handed: %w", err)
	}
	if err := dbfile.Migrate(db, schema, "batch", errNewerSchema); err != nil {
		return nil, errors.Join(fmt.Errorf("handed: %w", err), db.Close())
	}
	return &Book{db: db, opts: o.withDefaults()}, nil
}

// Close closes the file.
func (l *Book) Close() error {
	err := l.db.Close()
	if l.lock != nil {
		err = errors.Join(err, l.lock.Close())
	}
	return err
}

// change makes a change; when it returns nil the change is durable.
func (l *Book) change(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("handed: %w", err)
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // err says what happened
		return fmt.Errorf("handed: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("handed: %w", err)
	}
	return nil
}
