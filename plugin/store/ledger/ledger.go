package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
	"github.com/winnow-gate/winnow/plugin/internal/group"
	"github.com/winnow-gate/winnow/plugin/internal/leap"
)

//go:embed schema/*.sql
var schema embed.FS

// The errors that callers can act on.
var (
	// ErrClosed: the ledger is closed.
	ErrClosed = errors.New("the ledger of events is closed")
	// ErrNewerSchema: a newer winnow made the file.
	ErrNewerSchema = errors.New("a newer winnow made this ledger: use that version or another file")
	// ErrLocked: another winnow takes events into this ledger. Neither would see
	// what the other takes, and each would forget what the other's sources tell.
	ErrLocked = errors.New("another winnow takes events into this ledger: stop it first")
)

// Options of a ledger. The zero value works, but for Names.
type Options struct {
	// Names makes the keys of contacts.
	Names Namer
	// Sources are those that tell of events now: what others told once begins anew
	// when they come back. Nil leaves all as they are, which is for looking only:
	// with another value the ledger is open once at a time.
	Sources []string
	// Retention is how long after their last event contacts are kept; 0 means two
	// years, below 0 for ever. The legal list is always kept.
	Retention time.Duration
	// Poll is how often the legal list is looked at for changes by other
	// processes; 0 means never.
	Poll time.Duration
	// Readers is how many decisions may read at once; 0 means 4.
	Readers int
	// Clock is the clock of what comes in; nil means time.Now.
	Clock func() time.Time
	// Log gets what operators should know; nil discards it.
	Log *slog.Logger
}

// Ledger is a ledger of events in one SQLite file. Its methods may be called
// from any number of goroutines; other processes may change the legal list
// meanwhile. Open makes one, Close ends it.
type Ledger struct {
	opts    Options
	db      *sql.DB
	lock    *sql.DB // nil for who only looks
	finders chan *finder
	list    list
	sieve   *sieve
	since   atomic.Pointer[coverage]
	forgot  atomic.Int64 // contacts whose last event was before this moment
	counts  counters

	guard leap.Guard // for the tender alone

	committer *group.Committer
	stop      context.CancelFunc
	tenders   sync.WaitGroup
}

// gap is how long nobody may have listened before windows begin anew: Shopify,
// which is the least patient of the platforms, tries for four hours.
const gap = 4 * time.Hour

// Open opens the ledger at path, which it makes with mode 0600 when there is
// none. It fails with ErrLostKey or ErrOtherKey rather than forget who objected,
// and with ErrLocked when another server has it.
func Open(path string, o Options) (_ *Ledger, err error) {
	o = o.withDefaults()
	dsn, err := dbfile.URI(path)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	l := &Ledger{opts: o}
	if l.opts.Sources != nil {
		if l.lock, err = dbfile.Lock(path, ErrLocked); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
	}
	if l.db, err = dbfile.Open(dsn); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger: %w", err), l.unlock())
	}
	if err = l.load(dsn); err != nil {
		return nil, errors.Join(fmt.Errorf("ledger: %s: %w", path, err), l.closeFinders(), l.db.Close(), l.unlock())
	}
	l.committer = group.Start("ledger", l.db, ErrClosed, func() error { return errors.Join(l.readCoverage(), l.refresh()) })
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	l.tend(ctx)
	return l, nil
}

func (o Options) withDefaults() Options {
	if o.Retention == 0 {
		o.Retention = 2 * 365 * 24 * time.Hour
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// load readies the file, and reads what is held in memory.
func (l *Ledger) load(dsn string) error {
	if err := dbfile.Migrate(l.db, schema, "suppression", ErrNewerSchema); err != nil {
		return err
	}
	alive, err := l.meta("alive")
	if err != nil {
		return err
	}
	l.guard = leap.After(alive, l.opts.Retention)
	if l.opts.Sources != nil {
		if err := l.resume(); err != nil {
			return err
		}
	}
	if err := l.readCoverage(); err != nil {
		return err
	}
	forgot, err := l.meta("forgot")
	if err != nil {
		return err
	}
	l.forgot.Store(forgot)
	if err := errors.Join(l.refresh(), l.fillSieve()); err != nil {
		return err
	}
	if err := l.checkKeys(); err != nil {
		return err
	}
	return l.openFinders(dsn)
}

func (l *Ledger) now() int64 { return l.opts.Clock().UnixMilli() }

func (l *Ledger) meta(name string) (value int64, err error) {
	err = l.db.QueryRow("SELECT value FROM meta WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return value, err
}

const setMeta = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

// tend looks for changes of the list, and removes what is past its time.
func (l *Ledger) tend(ctx context.Context) {
	every := func(span time.Duration, do func() error) {
		if span <= 0 {
			return
		}
		l.tenders.Go(func() {
			t := time.NewTicker(span)
			defer t.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-t.C:
					if err := do(); err != nil && !errors.Is(err, ErrClosed) {
						l.opts.Log.Error("the ledger of events is in trouble", "error", err)
					}
				}
			}
		})
	}
	every(l.opts.Poll, l.refresh)
	if l.opts.Sources != nil {
		every(10*time.Minute, func() error { return l.tidy(ctx) })
	}
}

// Close writes what was handed in and closes the file.
func (l *Ledger) Close() error {
	if !l.committer.Close() {
		return nil
	}
	l.stop()
	l.tenders.Wait()
	var err error
	if l.opts.Sources != nil {
		_, err = l.db.Exec(setMeta, "alive", l.now())
	}
	return errors.Join(err, l.closeFinders(), l.db.Close(), l.unlock())
}

func (l *Ledger) unlock() error {
	if l.lock == nil {
		return nil
	}
	return l.lock.Close()
}
