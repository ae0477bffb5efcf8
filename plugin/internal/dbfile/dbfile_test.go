package dbfile_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
)

var errNewer = errors.New("newer")

const table = "CREATE TABLE n (n INTEGER PRIMARY KEY) STRICT"

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	uri, err := dbfile.URI(path)
	require.NoError(t, err)
	db, err := dbfile.Open(uri)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Ping()) // the file's journal is of its kind from now on
	return db
}

// schema is one of these steps.
func schema(steps ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i, step := range steps {
		files[fmt.Sprintf("schema/%03d.sql", i+1)] = &fstest.MapFile{Data: []byte(step)}
	}
	return files
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd ?#% name.db")
	require.NoError(t, dbfile.Migrate(open(t, path), schema(table), "n", errNewer))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Positive(t, info.Size())
}

func TestSchemaGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, dbfile.Migrate(open(t, path), schema(table), "n", errNewer))
	db := open(t, path)
	require.ErrorContains(t, dbfile.Migrate(db, schema(table, "ALTER TABLE n ADD COLUMN m INTEGER", "NONSENSE"), "n", errNewer), "schema/003.sql")
	require.NoError(t, dbfile.Migrate(db, schema(table, "ALTER TABLE n ADD COLUMN m INTEGER"), "n", errNewer), "what failed left nothing behind")
	_, err := db.Exec("INSERT INTO n VALUES (1, 2)")
	require.NoError(t, err)
	require.ErrorIs(t, dbfile.Migrate(db, schema(table), "n", errNewer), errNewer)
}

// A server and a verb may come to an old file at once.
func TestManyMayMakeTheSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		db := open(t, path)
		wait.Go(func() { errs[i] = dbfile.Migrate(db, schema(table), "n", errNewer) })
	}
	wait.Wait()
	require.NoError(t, errors.Join(errs...))
}

// A file that somebody named by mistake keeps what is in it, and gets nothing else.
func TestAnotherKindOfFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path)
	_, err := db.Exec("CREATE TABLE other (n INTEGER)")
	require.NoError(t, err)
	require.ErrorIs(t, dbfile.Migrate(db, schema(table), "n", errNewer), dbfile.ErrForeign)
	_, err = db.Exec("PRAGMA user_version = 1") // as if another file of winnow's
	require.NoError(t, err)
	require.ErrorIs(t, dbfile.Migrate(db, schema(table), "n", errNewer), dbfile.ErrForeign)
	var tables int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM sqlite_master").Scan(&tables))
	require.Equal(t, 1, tables)
}
