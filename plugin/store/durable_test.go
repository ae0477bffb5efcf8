package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/storetest"
)

// TestFlushedBeforeAnybodyHears holds a flush up: who waits for the record goes on
// waiting, and its key isn't found, lest a repeated call be answered from a record
// that a power cut takes away.
func TestFlushedBeforeAnybodyHears(t *testing.T) {
	under, release := make(chan bool), make(chan bool)
	s := open(t, store.Options{}.WithSync(func(real func() error) error {
		under <- true
		<-release
		return real()
	}))
	r := storetest.Record(1)
	ticket, err := s.Submit(r)
	require.NoError(t, err)
	heard := make(chan error)
	go func() { heard <- ticket.Wait(t.Context()) }()

	<-under
	_, ok, err := s.Decision(t.Context(), 1)
	require.NoError(t, err)
	require.True(t, ok, "it is committed")
	_, ok, err = s.ByKey(t.Context(), r.Key)
	require.NoError(t, err)
	require.False(t, ok, "but doesn't count yet")
	select {
	case <-heard:
		t.Fatal("the waiter heard before the flush")
	default:
	}

	release <- true
	require.NoError(t, <-heard)
	_, ok, err = s.ByKey(t.Context(), r.Key)
	require.NoError(t, err)
	require.True(t, ok)
}

func TestWhatIsFlushed(t *testing.T) {
	for name, c := range map[string]struct {
		relaxed bool
		flushed int32 // by each of the two
	}{"by default": {false, 1}, "relaxed": {true, 0}} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int32
			s := open(t, store.Options{Relaxed: c.relaxed}.WithSync(func(real func() error) error {
				n.Add(1)
				return real()
			}))
			require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
			require.Equal(t, c.flushed, n.Load(), "a record")
			require.NoError(t, s.Exec("DELETE FROM active"))
			require.Equal(t, 2*c.flushed, n.Load(), "other work")
		})
	}
}

// TestFailedFlush: the record is safe all the same, in the database itself.
func TestFailedFlush(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	fail := true
	s := openAt(t, path, store.Options{}.WithSync(func(real func() error) error {
		if fail {
			return errors.New("the disk is ill")
		}
		return real()
	}))
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
	require.Zero(t, sizeOf(t, path+"-wal"), "nothing is left that was not flushed")
	fail = false
	require.NoError(t, s.Append(t.Context(), storetest.Record(2)))
	require.NotZero(t, sizeOf(t, path+"-wal"))
}

// TestFailedFlushAndCheckpoint: with a reader in the way the log can't be emptied
// either. Then no record is acknowledged, even if flushes seem to work again, until
// it was.
func TestFailedFlushAndCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	fail := false
	s := openAt(t, path, store.Options{BusyTimeout: time.Millisecond}.WithSync(func(real func() error) error {
		if fail {
			return errors.New("the disk is ill")
		}
		return real()
	}))
	require.NoError(t, s.Append(t.Context(), storetest.Record(1)))
	leave := reading(t, path)
	fail = true
	err := s.Append(t.Context(), storetest.Record(2))
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "the disk is ill", "what began it")
	fail = false
	require.ErrorIs(t, s.Append(t.Context(), storetest.Record(3)), store.ErrUnavailable)
	leave()
	require.NoError(t, s.Append(t.Context(), storetest.Record(4)))
	require.Zero(t, sizeOf(t, path+"-wal"))
	for n := int64(1); n <= 4; n++ {
		got, ok, err := s.ByKey(t.Context(), storetest.Record(n).Key)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, *storetest.Record(n), got)
	}
}

// reading keeps the state of the database that it has now, as a long lookup
// would, until the function it returns is called.
func reading(t *testing.T, path string) (leave func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.Begin()
	require.NoError(t, err)
	var n int
	require.NoError(t, tx.QueryRow("SELECT count(*) FROM decision").Scan(&n))
	return func() { require.NoError(t, tx.Rollback()) }
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Size()
}
