package group_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
	"github.com/winnow-gate/winnow/plugin/internal/group"
)

var errEnded = errors.New("ended")

func open(t *testing.T) *sql.DB {
	t.Helper()
	uri, err := dbfile.URI(filepath.Join(t.TempDir(), "x.db"))
	require.NoError(t, err)
	db, err := dbfile.Open(uri)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Exec("CREATE TABLE n (n INTEGER PRIMARY KEY) STRICT")
	require.NoError(t, err)
	return db
}

// What many bring at once is all there, but for what fails, which fails alone.
func TestEachFailsForItself(t *testing.T) {
	db := open(t)
	seen := 0
	c := group.Start("kit", db, errEnded, func() error {
		seen++
		return nil
	})
	const writers = 100
	errs := make([]error, writers)
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			errs[i] = c.Do(t.Context(), func(tx *sql.Tx) error {
				if i%10 == 3 {
					return errors.New("not this one")
				}
				_, err := tx.Exec("INSERT INTO n VALUES (?)", i)
				return err
			})
		})
	}
	wait.Wait()
	for i, err := range errs {
		if i%10 == 3 {
			require.EqualError(t, err, "not this one")
		} else {
			require.NoError(t, err)
		}
	}
	require.True(t, c.Close())
	require.False(t, c.Close())
	require.ErrorIs(t, c.Do(t.Context(), func(*sql.Tx) error { return nil }), errEnded)
	var n int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM n").Scan(&n))
	require.Equal(t, writers*9/10, n)
	require.Positive(t, seen)
}
