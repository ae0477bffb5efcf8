package writeback

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the queue's driver
)

//go:embed schema/*.sql
var schema embed.FS

// The errors that callers can act on.
var (
	// ErrClosed: the queue is closed.
	ErrClosed = errors.New("the write-back queue is closed")
	// ErrNewerSchema: a newer winnow made the file.
	ErrNewerSchema = errors.New("a newer winnow made this queue: use that version or another file")
	// ErrBadWrite: the write can never be made.
	ErrBadWrite = errors.New("this can't be written back")
)

// maxBody is the largest write that is taken, in bytes as JSON.
const maxBody = 64 << 10

// Queue holds what is to be written, in one SQLite file. Its methods may be
// called from any number of goroutines; other processes may list and mend the
// file meanwhile. OpenQueue makes one, Close ends it.
type Queue struct {
	db    *sql.DB
	clock func() time.Time
	jobs  chan job
	done  chan struct{} // closed when the committer has ended

	mu     sync.RWMutex // guards closed against sends on jobs
	closed bool
}

// job is work for the committer: one transaction holds many.
type job struct {
	do   func(*sql.Tx) error
	errs chan error
}

// maxJobs is how many jobs one transaction holds, and how many may wait.
const maxJobs = 256

// OpenQueue opens the queue at path, which it makes with mode 0600 when there is
// none. clock nil means time.Now.
func OpenQueue(path string, clock func() time.Time) (*Queue, error) {
	if clock == nil {
		clock = time.Now
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("writeback: %w", err)
	}
	dsn := "file://" + (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath() +
		"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(1)"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("writeback: %s: %w", path, err)
	}
	db.SetMaxOpenConns(2) // the committer, and whoever asks
	if err := migrate(db); err != nil {
		return nil, errors.Join(fmt.Errorf("writeback: %s: %w", path, err), db.Close())
	}
	q := &Queue{db: db, clock: clock, jobs: make(chan job, maxJobs), done: make(chan struct{})}
	go q.commitAll()
	return q, nil
}

func migrate(db *sql.DB) error {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return err
	}
	var at int
	if err := db.QueryRow("PRAGMA user_version").Scan(&at); err != nil {
		return err
	}
	if at > len(files) {
		return ErrNewerSchema
	}
	for i, name := range files[at:] {
		text, err := schema.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := db.Exec(fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", text, at+i+1)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Close writes what was handed in and closes the file.
func (q *Queue) Close() error {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil
	}
	q.closed = true
	close(q.jobs)
	q.mu.Unlock()
	<-q.done
	return q.db.Close()
}

// commit has the committer do something and waits until it is durable.
func (q *Queue) commit(ctx context.Context, do func(*sql.Tx) error) error {
	j := job{do: do, errs: make(chan error, 1)}
	if err := q.hand(ctx, j); err != nil {
		return err
	}
	select {
	case err := <-j.errs:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *Queue) hand(ctx context.Context, j job) error {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return ErrClosed
	}
	select {
	case q.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commitAll is the committer: it puts what comes while it commits into the next
// transaction.
func (q *Queue) commitAll() {
	defer close(q.done)
	for first := range q.jobs {
		batch := []job{first}
	gather:
		for len(batch) < maxJobs {
			select {
			case j, ok := <-q.jobs:
				if !ok {
					break gather
				}
				batch = append(batch, j)
			default:
				break gather
			}
		}
		q.commitBatch(batch)
	}
}

// commitBatch makes one transaction of the jobs. When it fails, each gets one of
// its own, so that none fails for another's sake.
func (q *Queue) commitBatch(batch []job) {
	err := q.transact(batch)
	if err != nil && len(batch) > 1 {
		for _, j := range batch {
			j.errs <- q.transact([]job{j})
		}
		return
	}
	for _, j := range batch {
		j.errs <- err
	}
}

func (q *Queue) transact(batch []job) error {
	tx, err := q.db.Begin()
	if err != nil {
		return fmt.Errorf("writeback: %w", err)
	}
	for _, j := range batch {
		if err := j.do(tx); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("writeback: %w", err)
	}
	return nil
}

// put is what Put does with one write.
const put = `INSERT INTO write (target, contact, version, decided, serial, body, state, due, since, touched)
VALUES (?1, ?2, 1, ?3, ?4, ?5, 0, ?6, ?6, ?6)
ON CONFLICT (target, contact) DO UPDATE SET version = version + 1, decided = ?3, serial = ?4, body = ?5,
  due = CASE WHEN state = 0 AND tries > 0 THEN max(due, ?6) ELSE ?6 END,
  tries = CASE WHEN state = 0 THEN tries ELSE 0 END, state = 0, since = ?6, touched = ?6, trouble = ''
WHERE (?3, ?4) >= (decided, serial)`

// Put hands in writes; when it returns nil they are durable. A write that is
// older than one handed in before, for the same contact of the same target,
// changes nothing. A contact that waits out a failure keeps waiting, with the
// new content.
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
