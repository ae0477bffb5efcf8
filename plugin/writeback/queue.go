package writeback

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
	"github.com/winnow-gate/winnow/plugin/internal/group"
)

//go:embed schema/*.sql
var schema embed.FS

// The errors that callers can act on.
var (
	// ErrClosed: the queue is closed.
	ErrClosed = errors.New("the write-back queue is closed")
	// ErrNewerSchema: a newer winnow made the file.
	ErrNewerSchema = errors.New("a newer winnow made this queue: use that version or another file")
	// ErrLocked: another winnow writes from this queue. Two would write everything
	// twice, and what is older over what is newer.
	ErrLocked = errors.New("another winnow writes from this queue: stop it first")
	// ErrBadWrite: the write can never be made.
	ErrBadWrite = errors.New("this can't be written back")
)

// maxBody is the largest write that is taken, in bytes as JSON.
const maxBody = 64 << 10

// Queue holds what is to be written, in one SQLite file. Its methods may be
// called from any number of goroutines; other processes may list and mend the
// file meanwhile. OpenQueue makes one, Close ends it.
type Queue struct {
	path      string
	db        *sql.DB
	clock     func() time.Time
	committer *group.Committer
}

// OpenQueue opens the queue at path, which it makes with mode 0600 when there is
// none. clock nil means time.Now.
func OpenQueue(path string, clock func() time.Time) (*Queue, error) {
	if clock == nil {
		clock = time.Now
	}
	uri, err := dbfile.URI(path)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	db, err := dbfile.Open(uri)
	if err != nil {
		return nil, fmt.Errorf("writeback: %s: %w", path, err)
	}
	if err := dbfile.Migrate(db, schema, "write", ErrNewerSchema); err != nil {
		return nil, errors.Join(fmt.Errorf("writeback: %s: %w", path, err), db.Close())
	}
	return &Queue{path: path, db: db, clock: clock, committer: group.Start("writeback", db, ErrClosed, nil)}, nil
}

// lock keeps other engines from the queue.
func (q *Queue) lock() (*sql.DB, error) {
	lock, err := dbfile.Lock(q.path, ErrLocked)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	return lock, nil
}

// Close writes what was handed in and closes the file.
func (q *Queue) Close() error {
	if !q.committer.Close() {
		return nil
	}
	return q.db.Close()
}

// commit has the committer do something and waits until it is durable.
func (q *Queue) commit(ctx context.Context, do func(*sql.Tx) error) error {
	return q.committer.Do(ctx, do)
}

// put is what Put does with one write.
const put = `INSERT INTO write (target, contact, version, decided, serial, body, state, due, since, touched)
VALUES (?1, ?2, 1, ?3, ?4, ?5, 0, ?6, ?6, ?6)
ON CONFLICT (target, contact) DO UPDATE SET version = version + 1, decided = ?3, serial = ?4, body = ?5,
  due = CASE WHEN state = 0 AND tries > 0 THEN max(due, ?6) ELSE ?6 END,
  tries = CASE WHEN state = 0 THEN tries ELSE 0 END, state = 0, since = ?6, touched = ?6, trouble = ''
WHERE (?3, ?4) >= (decided, serial) OR decided > ?6`

// Put hands in writes; when it returns nil they are durable. A write that is
// older than one handed in before, for the same contact of the same target,
// changes nothing, unless the clock was set back since. A contact that waits out
// a failure keeps waiting, with the new content.
func (q *Queue) Put(ctx context.Context, ws ...Write) error {
	rows := make([][]any, len(ws))
	for i, w := range ws {
		row, err := q.row(w)
		if err != nil {
			return err
		}
		rows[i] = row
	}
	return q.commit(ctx, func(tx *sql.Tx) error {
		for _, row := range rows {
			if _, err := tx.Exec(put, row...); err != nil {
				return fmt.Errorf("writeback: %w", err)
			}
		}
		return nil
	})
}

func (q *Queue) row(w Write) ([]any, error) {
	switch {
	case w.Target == "":
		return nil, fmt.Errorf("writeback: %w: it names no target", ErrBadWrite)
	case w.Contact.ID == "" && w.Contact.Email == "":
		return nil, fmt.Errorf("writeback: %w: the contact has neither id nor e-mail address", ErrBadWrite)
	case len(w.Values) == 0 && len(w.Ask) == 0:
		return nil, fmt.Errorf("writeback: %w: it has no values", ErrBadWrite)
	}
	now := q.clock()
	if w.Decided.IsZero() {
		w.Decided = now
	}
	body, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w: %v", ErrBadWrite, err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("writeback: %w: it has %d bytes, more than %d", ErrBadWrite, len(body), maxBody)
	}
	return []any{w.Target, w.Contact.key(), w.Decided.UnixMilli(), serial(w), body, now.UnixMilli()}, nil
}

// serial orders the decisions of one millisecond by their nanoseconds.
func serial(w Write) int64 { return int64(w.Decided.Nanosecond() % int(time.Millisecond)) }
