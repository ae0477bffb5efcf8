package group_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/internal/group"
)

var errEnded, errNewer = errors.New("ended"), errors.New("newer")

func open(t *testing.T, path string, steps ...string) *sql.DB {
	t.Helper()
	uri, err := group.URI(path)
	require.NoError(t, err)
	db, err := group.Open(uri)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	schema := fstest.MapFS{}
	for i, step := range steps {
		schema["schema/00"+string(rune('1'+i))+".sql"] = &fstest.MapFile{Data: []byte(step)}
	}
	require.NoError(t, group.Migrate(db, schema, errNewer))
	return db
}

const table = "CREATE TABLE n (n INTEGER PRIMARY KEY) STRICT"

// What many bring at once is all there, but for what fails, which fails alone.
func TestEachFailsForItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd ?#% name.db")
	db := open(t, path, table)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
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

func TestSchemaGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	open(t, path, table)
	db := open(t, path, table, "ALTER TABLE n ADD COLUMN m INTEGER")
	_, err := db.Exec("INSERT INTO n VALUES (1, 2)")
	require.NoError(t, err)
	require.ErrorIs(t, group.Migrate(db, fstest.MapFS{"schema/001.sql": {Data: []byte(table)}}, errNewer), errNewer)
}
