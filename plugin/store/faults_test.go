package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/storetest"
)

func openAt(t *testing.T, path string, o store.Options) *store.SQLite {
	t.Helper()
	s, err := store.Open(path, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

// lock takes the database as another program would, until the function it
// returns is called.
func lock(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	c, err := db.Conn(context.Background())
	require.NoError(t, err)
	_, err = c.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	return func() {
		_, err := c.ExecContext(context.Background(), "ROLLBACK")
		require.NoError(t, err)
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{})
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
	for _, suffix := range []string{"", "-wal", "-shm", "-owner"} {
		info, err := os.Stat(path + suffix)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), suffix)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := store.Open(filepath.Join(dir, "missing", "log.db"), store.Options{})
	require.ErrorIs(t, err, store.ErrUnavailable)
	_, err = store.Open(dir, store.Options{})
	require.ErrorIs(t, err, store.ErrUnavailable)
	_, err = store.Open(filepath.Join(dir, "none.db"), store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrUnavailable)

	path := filepath.Join(dir, "text.db")
	require.NoError(t, os.WriteFile(path, []byte("this is no database, however long one looks at it"), 0o600))
	_, err = store.Open(path, store.Options{})
	require.ErrorIs(t, err, store.ErrCorrupt)
	_, err = store.Open(path, store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrCorrupt)

	_, err = store.Open(dir, store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "it is a folder")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err = store.Open(path, store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrForeign)
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere; run as another user, as .ci/run does")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o500))
	_, err := store.Open(filepath.Join(dir, "log.db"), store.Options{})
	require.ErrorIs(t, err, store.ErrReadOnly)
}

// A copy of a log can be read where SQLite can't put files of its own beside it.
func TestReadingInAReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere; run as another user, as .ci/run does")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "log.db")
	s := openAt(t, path, store.Options{})
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, os.Chmod(dir, 0o500))
	t.Cleanup(func() { require.NoError(t, os.Chmod(dir, 0o700)) })
	ro := openAt(t, path, store.Options{ReadOnly: true})
	list, err := ro.Recent(t.Context(), -1, 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
}

func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{})
	require.NoError(t, s.Exec("INSERT INTO version VALUES (99)"))
	require.NoError(t, s.Close(t.Context()))
	for _, o := range []store.Options{{}, {ReadOnly: true}} {
		_, err := store.Open(path, o)
		require.ErrorIs(t, err, store.ErrNewerSchema)
	}
}

func TestOneWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{})
	_, err := store.Open(path, store.Options{})
	require.ErrorIs(t, err, store.ErrLocked)
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)), "the first is not disturbed")
	require.NoError(t, s.Close(t.Context()))
	again := openAt(t, path, store.Options{})
	require.NoError(t, again.Append(t.Context(), storetest.Record(2)))
}

func TestReadOnlyBesideTheWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{}.WithIndex(10, 4))
	ro := openAt(t, path, store.Options{ReadOnly: true})
	for n := int64(1); n <= 33; n++ {
		require.NoError(t, s.Append(t.Context(), storetest.Record(n)))
		got, ok, err := ro.ByKey(t.Context(), storetest.Record(n).Key)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, *storetest.Record(n), got)
	}
	list, err := ro.ByContact(t.Context(), storetest.Record(3).Contact, 0, 0)
	require.NoError(t, err)
	require.Len(t, list, 4)
	counts, err := ro.Stats(t.Context(), 0, 20_000)
	require.NoError(t, err)
	require.Equal(t, int64(10), counts[0].N)
	_, err = ro.Submit(storetest.Record(1))
	require.ErrorIs(t, err, store.ErrReadOnly)
	_, err = ro.Erase(t.Context(), []byte("x"))
	require.ErrorIs(t, err, store.ErrReadOnly)
}

// TestFullDisk lets SQLite believe that the disk is full.
func TestFullDisk(t *testing.T) {
	s := open(t, store.Options{MaxBatch: 10}.WithIndex(40, 8))
	for n := int64(1); n <= 100; n++ {
		require.NoError(t, s.Append(t.Context(), storetest.Record(n)))
	}
	require.NoError(t, s.Exec("PRAGMA max_page_count = 1"))
	acked, refused := int64(0), int64(0)
	for n := int64(101); refused < 300; n++ {
		r := storetest.Record(n)
		r.Class = fmt.Sprint("class of ", n) // a word that the rollback takes back
		switch err := s.Append(t.Context(), r); {
		case err == nil:
			acked++
		default:
			require.ErrorIs(t, err, store.ErrFull)
			refused++
		}
	}
	got, err := s.Recent(t.Context(), 0, 5000)
	require.NoError(t, err)
	require.Len(t, got, 100+int(acked))

	require.NoError(t, s.Exec("PRAGMA max_page_count = 1000000"))
	for n := int64(1001); n <= 1100; n++ {
		r := storetest.Record(n)
		r.Class = fmt.Sprint("class of ", n-900)
		require.NoError(t, s.Append(t.Context(), r), "it goes on by itself")
		back, _, err := s.Decision(t.Context(), n)
		require.NoError(t, err)
		require.Equal(t, *r, back)
	}
	list, err := s.ByContact(t.Context(), storetest.Record(1).Contact, 0, 0)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(list), 20)
}

// A full disk is told until there is room, though nothing is asked to be written
// meanwhile: whoever watches must not be told that all is well.
func TestAFullDiskIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{})
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
	require.NoError(t, s.Check(t.Context()))
	require.NoError(t, s.Exec("PRAGMA busy_timeout = 0"))
	release := look(t, path) // what keeps the write-ahead log where it is
	require.NoError(t, s.Exec("PRAGMA max_page_count = 1"))
	n := int64(2)
	for ; ; n++ {
		r := storetest.Record(n)
		r.Class = fmt.Sprint("class of ", n)
		if err := s.Append(t.Context(), r); err != nil {
			require.ErrorIs(t, err, store.ErrFull)
			break
		}
	}
	require.ErrorIs(t, s.Check(t.Context()), store.ErrFull)
	_, err := s.Sweep(t.Context(), 0, 1)
	require.NoError(t, err, "what needs no room says nothing")
	require.ErrorIs(t, s.Check(t.Context()), store.ErrFull)
	release()
	require.NoError(t, s.Exec("PRAGMA max_page_count = 1000000"))
	require.NoError(t, s.Check(t.Context()))
	require.NoError(t, s.Append(t.Context(), storetest.Record(n)))
}

// look reads the database as another program would, until the function it returns
// is called.
func look(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	require.NoError(t, err)
	var n int
	require.NoError(t, tx.QueryRow("SELECT count(*) FROM decision").Scan(&n))
	return func() { require.NoError(t, tx.Rollback()) }
}

// TestPoison has one record of a batch fail.
func TestPoison(t *testing.T) {
	s := open(t, store.Options{})
	require.NoError(t, s.Exec(`CREATE TRIGGER poison BEFORE INSERT ON decision WHEN new.id % 10 = 3
		BEGIN SELECT raise(ABORT, 'poison'); END`))
	var tickets []store.Ticket
	for n := int64(1); n <= 100; n++ {
		r := storetest.Record(n)
		r.Outcome = fmt.Sprint("outcome ", n)
		ticket, err := s.Submit(r)
		require.NoError(t, err)
		tickets = append(tickets, ticket)
	}
	for i, ticket := range tickets {
		err := ticket.Wait(t.Context())
		_, ok, lookErr := s.Decision(t.Context(), int64(i+1))
		require.NoError(t, lookErr)
		if (i+1)%10 == 3 {
			require.ErrorIs(t, err, store.ErrBadRecord)
			require.False(t, ok)
			continue
		}
		require.NoError(t, err)
		require.True(t, ok)
	}
}

func TestLockedByAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{BusyTimeout: time.Millisecond})
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
	release := lock(t, path)
	require.ErrorIs(t, s.Append(t.Context(), storetest.Record(2)), store.ErrLocked)
	_, ok, err := s.Decision(t.Context(), 1)
	require.NoError(t, err)
	require.True(t, ok, "readers go on")
	release()
	require.NoError(t, s.Append(t.Context(), storetest.Record(3)))
	got, err := s.Recent(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, got, 2)
}

// TestQueueIsBounded fills the queue while the database is locked, gives up
// waiting, gives up closing, and still loses nothing.
func TestQueueIsBounded(t *testing.T) {
	for name, o := range map[string]store.Options{
		"records": {MaxQueue: 50}, "bytes": {MaxQueueBytes: 4000},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log.db")
			o.BusyTimeout = time.Hour
			s := openAt(t, path, o)
			release := lock(t, path)
			var tickets []store.Ticket
			for n := int64(1); ; n++ {
				ticket, err := s.Submit(storetest.Record(n))
				if err != nil {
					require.ErrorIs(t, err, store.ErrBusy)
					break
				}
				tickets = append(tickets, ticket)
				require.LessOrEqual(t, len(tickets), 100)
			}
			require.Greater(t, len(tickets), 10)
			gaveUp, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, tickets[0].Wait(gaveUp), context.Canceled)
			require.ErrorIs(t, s.Close(gaveUp), context.Canceled)
			_, err := s.Submit(storetest.Record(1))
			require.ErrorIs(t, err, store.ErrClosed)
			release()
			require.NoError(t, s.Close(t.Context()))
			for _, ticket := range tickets {
				require.NoError(t, ticket.Wait(t.Context()))
			}
			again := openAt(t, path, store.Options{})
			got, err := again.Recent(t.Context(), 0, 1000)
			require.NoError(t, err)
			require.Len(t, got, len(tickets))
		})
	}
}

// TestDamage overwrites the middle of the file: what is read there is an
// error, never a wrong record.
func TestDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := openAt(t, path, store.Options{})
	var last store.Ticket
	for n := int64(1); n <= 2000; n++ {
		var err error
		last, err = s.Submit(storetest.Record(n))
		require.NoError(t, err)
	}
	require.NoError(t, last.Wait(t.Context()))
	require.NoError(t, s.Close(t.Context()))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	info, err := f.Stat()
	require.NoError(t, err)
	for at := info.Size() / 4; at < info.Size()/2; at += 512 {
		_, err = f.WriteAt([]byte("\xff\xff\xff\xff damaged"), at)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())

	s, err = store.Open(path, store.Options{})
	if err == nil {
		t.Cleanup(func() { _ = s.Close(context.Background()) })
		_, err = s.Recent(t.Context(), 0, 2000)
	}
	require.ErrorIs(t, err, store.ErrCorrupt)
}
