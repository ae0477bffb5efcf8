package store

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/winnow-gate/winnow/plugin/store/internal/flush"
	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

// writer is the committer: the one goroutine, and the one connection, that
// writes. Nothing of it is shared but what it reaches through s.
type writer struct {
	s     *SQLite
	c     *lite.Conn
	owner *lite.Conn // holds the lock that keeps other writers out
	q     statements
	wal   *flush.File // the write-ahead log; nil when commits are not flushed

	buf     lite.Buffer // the batch's bytes, where statements read them
	scratch []byte
	packed  []byte
	pack    int64   // the greatest id of a pack so far
	fresh   []int32 // words that the open transaction stored
	mark    int64   // every record below is in a run or in late
	last    int64   // the greatest id so far
	lag     int     // links to gather before the next flush
	merging *merge
	down    bool // the latest tidying failed
	torn    bool // a flush failed, and the log has not been emptied since
	full    bool // a commit failed for want of space, and the log has not been emptied since
	refused bool // the latest commit failed for want of space
}

// statements are prepared once.
type statements struct {
	begin, commit, rollback      *lite.Stmt
	insert, late                 *lite.Stmt
	word, wordID                 *lite.Stmt
	setActive, dropActive        *lite.Stmt
	hasActive, contactOf, keyOf  *lite.Stmt
	remove, old, placeOf         *lite.Stmt
	addPack, getPack             *lite.Stmt
	setPack, dropPack            *lite.Stmt
	addChunk, getChunk, setChunk *lite.Stmt
	dropChunk, findChunks        *lite.Stmt
	addSpan                      *lite.Stmt
}

// setup leaves the flushing of commits to [writer.makeDurable]. Before it moves the
// write-ahead log into the database, SQLite flushes it all the same.
const setup = `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000;
PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;`

func newWriter(s *SQLite, path, dsn string) (w *writer, err error) {
	w = &writer{s: s, lag: s.opts.index.flush}
	defer func() {
		if err != nil {
			err = typed(errors.Join(err, w.close()))
		}
	}()
	if path != ":memory:" {
		if err := w.own(path); err != nil {
			return w, err
		}
	}
	if w.c, err = lite.Open(dsn, s.opts.BusyTimeout); err != nil {
		return w, err
	}
	if err := w.c.Exec(setup); err != nil {
		return w, err
	}
	if err := migrate(w.c); err != nil {
		return w, err
	}
	if !s.opts.Relaxed && path != ":memory:" {
		if w.wal, err = flush.Open(path + "-wal"); err != nil {
			return w, err
		}
	}
	if err := w.prepare(); err != nil {
		return w, err
	}
	return w, w.restore()
}

// own takes the file beside the database whose lock says who writes. SQLite's
// own locking would let two processes write in turn, and each would miss what
// the other one had put in memory.
func (w *writer) own(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := prepare(abs + "-owner"); err != nil {
		return err
	}
	if w.owner, err = lite.Open(w.s.dsn(abs+"-owner"), 0); err != nil {
		return err
	}
	return w.owner.Exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
}

func (w *writer) prepare() error {
	for _, p := range []struct {
		to  **lite.Stmt
		sql string
	}{
		{&w.q.begin, "BEGIN IMMEDIATE"},
		{&w.q.commit, "COMMIT"},
		{&w.q.rollback, "ROLLBACK"},
		{&w.q.insert, "INSERT INTO decision VALUES (?,?,?,?,?,?,?,?,?,?,?)"},
		{&w.q.late, "INSERT OR IGNORE INTO late VALUES (?)"},
		{&w.q.word, "INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING"},
		{&w.q.wordID, "SELECT id FROM word WHERE text = ?"},
		{&w.q.setActive, "INSERT OR REPLACE INTO active VALUES (?, ?)"},
		{&w.q.dropActive, "DELETE FROM active WHERE contact = ?"},
		{&w.q.hasActive, "SELECT 1 FROM active WHERE contact = ?"},
		{&w.q.contactOf, "SELECT contact FROM decision WHERE id = ?"},
		{&w.q.keyOf, "SELECT key FROM decision WHERE id = ?"},
		{&w.q.placeOf, "SELECT pack, nth FROM decision WHERE id = ?"},
		{&w.q.addPack, "INSERT INTO pack VALUES (?, ?)"},
		{&w.q.getPack, "SELECT data FROM pack WHERE id = ?"},
		{&w.q.setPack, "UPDATE pack SET data = ? WHERE id = ?"},
		{&w.q.dropPack, "DELETE FROM pack WHERE id = ?"},
		{&w.q.remove, "DELETE FROM decision WHERE id = ?"},
		{&w.q.old, "SELECT id, contact FROM decision WHERE id > ? AND id <= ? AND at < ? ORDER BY id LIMIT ?"},
		{&w.q.addChunk, "INSERT INTO chunk VALUES (?, ?)"},
		{&w.q.getChunk, "SELECT data FROM chunk WHERE id = ?"},
		{&w.q.setChunk, "UPDATE chunk SET data = ? WHERE id = ?"},
		{&w.q.dropChunk, "DELETE FROM chunk WHERE id = ?"},
		{&w.q.findChunks, findChunks},
		{&w.q.addSpan, "INSERT OR REPLACE INTO span VALUES (?, ?, ?)"},
	} {
		st, err := w.c.Prepare(p.sql)
		if err != nil {
			return fmt.Errorf("%s: %w", p.sql, err)
		}
		*p.to = st
	}
	return nil
}

func (w *writer) close() error {
	var errs []error
	if w.c != nil {
		// close_v2 waits for the statements, so they need no list here; the
		// buffer goes first, while its allocator lives.
		w.buf.Free()
		w.q.each((*lite.Stmt).Close)
		errs = append(errs, w.c.Close())
	}
	if w.wal != nil {
		errs = append(errs, w.wal.Close())
	}
	if w.owner != nil {
		errs = append(errs, w.owner.Close())
	}
	return errors.Join(errs...)
}

func (q *statements) each(f func(*lite.Stmt)) {
	for _, st := range []*lite.Stmt{
		q.begin, q.commit, q.rollback, q.insert, q.late, q.word, q.wordID, q.setActive, q.dropActive,
		q.hasActive, q.contactOf, q.keyOf, q.remove, q.old, q.placeOf, q.addPack, q.getPack, q.setPack, q.dropPack, q.addChunk, q.getChunk,
		q.setChunk, q.dropChunk, q.findChunks, q.addSpan,
	} {
		if st != nil {
			f(st)
		}
	}
}

// run is the committer's life: a batch, then a bit of tidying, until the queue
// is closed and empty.
func (w *writer) run() {
	for {
		b, closed := w.s.queue.next(w.untidy())
		switch {
		case b != nil && b.work != nil:
			w.s.queue.settle(b, w.do(b.work))
		case b != nil:
			w.s.queue.settle(b, w.commit(b))
		case closed:
			return
		}
		if w.untidy() || w.s.tail.len() >= w.lag {
			w.tidy()
		}
	}
}

// tx runs f in a transaction of its own.
func (w *writer) tx(f func() error) (err error) {
	w.fresh = w.fresh[:0]
	if err := w.q.begin.Run(); err != nil {
		return err
	}
	if err = f(); err == nil {
		err = w.q.commit.Run()
	}
	if err != nil {
		w.s.words.forget(w.fresh)
		if w.c.InTransaction() {
			err = errors.Join(err, w.q.rollback.Run())
		}
	}
	return err
}
