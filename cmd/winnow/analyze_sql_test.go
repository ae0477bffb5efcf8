package main

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/lists"
)

// analyzeHere runs the verb in process.
func analyzeHere(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, now: func() time.Time { return scriptNow }}
	code = e.run(context.Background(), append([]string{"analyze"}, args...))
	return stdout.String(), stderr.String(), code
}

// The orders of both databases: in each a bad date, a row without a customer, a
// return, and an order at an hour that is another day elsewhere.
const sqlQuery = "SELECT customer, at AS date, total AS amount, id AS order_id FROM shop_orders ORDER BY id"

func TestAnalyzeSQLite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my shop.db")
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = db.Exec(`CREATE TABLE shop_orders (id INTEGER PRIMARY KEY, customer TEXT, at TEXT, total NUMERIC);
		INSERT INTO shop_orders VALUES (1, 'anna', '2026-01-02', 12.5), (2, 'anna', '2026-02-01 23:30:00', 20), (3, 'ben', '2026-01-05', '7.25'),
			(4, NULL, '2026-01-05', 3), (5, 'ben', 'yesterday', 1), (6, 'anna', '2026-02-02', -5)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	out, errs, code := analyzeHere(t, "--db", "sqlite:"+file, "--sql", sqlQuery, "--currency", "EUR")
	require.Zero(t, code, errs)
	require.Contains(t, out, "2 customers, 3 orders from 2026-01-02 to 2026-02-02, as of 2026-02-03: 34.75 EUR net of returns")
	require.Contains(t, errs, "the query: 6 rows, 4 taken")
	require.Contains(t, errs, "guessed date: date")
	require.Contains(t, errs, "row 4: there is no customer")
	require.Contains(t, errs, "row 5: the date can't be read")
	out, _, _ = analyzeHere(t, "--db", "sqlite:"+file, "--sql", sqlQuery, "--tz", "Asia/Tokyo", "--source-tz", "UTC")
	require.Contains(t, out, "to 2026-02-02")

	_, errs, code = analyzeHere(t, "--db", "sqlite:"+file, "--sql", "DELETE FROM shop_orders RETURNING customer, at AS date, total AS amount")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "readonly")
}

func TestAnalyzePostgres(t *testing.T) {
	address := os.Getenv("WINNOW_POSTGRES")
	if address == "" {
		t.Skip("no PostgreSQL here: set WINNOW_POSTGRES to its address, as postgres://user@127.0.0.1:5432/test; the test makes a table of its own")
	}
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer db.Close()
	const table = "winnow_test_orders"
	_, err = db.Exec(`DROP TABLE IF EXISTS ` + table + `;
		CREATE TABLE ` + table + ` (id bigint, customer text, day date, at timestamp, zoned timestamptz, total numeric(12,2));
		INSERT INTO ` + table + ` VALUES
			(1, 'anna', '2026-01-02', '2026-01-02 10:00', '2026-01-02 10:00+00', 12.50),
			(2, 'anna', '2026-02-01', '2026-02-01 23:30', '2026-02-01 23:30+00', 20),
			(3, 'ben', '2026-01-05', '2026-01-05 01:00', '2026-01-05 01:00+01', 7.25),
			(4, NULL, '2026-01-05', NULL, NULL, 3)`)
	require.NoError(t, err)
	defer db.Exec(`DROP TABLE ` + table) //nolint:errcheck // the next run drops it too
	for _, c := range []struct{ column, zone, last string }{
		{"day", "Asia/Tokyo", "2026-02-01"},   // a date is never moved
		{"at", "Asia/Tokyo", "2026-02-01"},    // nor is what a clock on the wall said, read where it hung
		{"zoned", "Asia/Tokyo", "2026-02-02"}, // an instant is
		{"zoned", "UTC", "2026-02-01"},
	} {
		query := "SELECT customer, " + c.column + " AS date, total AS amount FROM " + table
		out, errs, code := analyzeHere(t, "--db", address, "--sql", query, "--currency", "EUR", "--tz", c.zone)
		require.Zero(t, code, errs)
		require.Contains(t, out, "to "+c.last+", as of", c.column+" "+c.zone)
		require.Contains(t, out, "39.75 EUR")
	}
	_, errs, code := analyzeHere(t, "--db", address, "--sql", "DELETE FROM "+table+" RETURNING customer, day AS date, total AS amount")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "read-only transaction")
}

func TestAnalyzeDatabaseMistakes(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, exitUsage, "name a file of orders, or a database"},
		{[]string{"o.csv", "--db", "sqlite:x.db", "--sql", "SELECT 1"}, exitUsage, "together"},
		{[]string{"--db", "sqlite:x.db"}, exitUsage, "together"},
		{[]string{"--db", "mysql://x", "--sql", "SELECT 1"}, exitUsage, `"mysql"`},
		{[]string{"--db", "sqlite:nosuch.db", "--sql", "SELECT 1"}, exitFailed, "can't open the database"},
		{[]string{"--db", "postgres://anna:s3cret@127.0.0.1:1/x?connect_timeout=2", "--sql", "SELECT 1"}, exitFailed, "can't reach the database"},
		{[]string{"--db", "postgres://anna:s3cret@127.0.0.1:port/x", "--sql", "SELECT 1"}, exitFailed, "invalid port"},
	} {
		_, errs, code := analyzeHere(t, c.args...)
		require.Equal(t, c.code, code, "%v: %s", c.args, errs)
		require.Contains(t, errs, c.says)
		require.NotContains(t, errs, "s3cret", "no password in an error")
	}
}

// A table of hashed keys is found by the bundle that has the secret.
func TestAnalyzeHashedTable(t *testing.T) {
	const secret = "30313233343536373839616263646566"
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("orders.csv", "customer,date,amount\nAnna@Example.com,2026-01-01,10\nben@example.com,2026-01-03,200\n")
	args := []string{filepath.Join(dir, "orders.csv"), "--out", filepath.Join(dir, "classes.csv"), "--key", "contact.email", "--hashed", "shop", "--columns", "rfm.m"}
	_, errs, code := analyzeHere(t, args...)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "WINNOW_SECRET_SHOP is not set")
	t.Setenv("WINNOW_SECRET_SHOP", secret)
	_, errs, code = analyzeHere(t, args...)
	require.Zero(t, code, errs)
	table, err := os.ReadFile(filepath.Join(dir, "classes.csv"))
	require.NoError(t, err)
	require.Contains(t, string(table), "\ncontact.email,rfm.m\n"+lists.Digest([]byte("0123456789abcdef"), "anna@example.com")+",1\n")
	require.NotContains(t, strings.ToLower(string(table)), "@example.com")
	write("rules.yaml", "winnow: 1\ntables:\n  classes: {file: classes.csv, hashed: shop}\npersonas:\n  - {id: big, kind: positive, name: Big, when: rfm.m == 5}\n")
	f, err := openFolder(dir)
	require.NoError(t, err)
	require.NotNil(t, f.bundle, f.list)
	in, err := f.bundle.Input([]byte(`{"contact":{"email":"BEN@example.com"}}`), scriptNow)
	require.NoError(t, err)
	defer in.Release()
	require.Equal(t, []string{"big"}, f.bundle.Decide(in).Personas)
}
