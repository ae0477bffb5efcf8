package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	_ "modernc.org/sqlite"             // the driver of SQLite

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules/segment"
)

const databaseHint = "as in --db sqlite:orders.db or --db postgres://user@host/name; a password may come from PGPASSWORD"

// openDatabase opens a database for reading alone.
func openDatabase(address string) (*sql.DB, error) {
	driver, source := "", ""
	switch scheme, rest, _ := strings.Cut(address, ":"); scheme {
	case "sqlite":
		if _, err := os.Stat(rest); err != nil {
			return nil, failure(exitFailed, databaseHint, "can't open the database: %v", err)
		}
		driver, source = "sqlite", "file:"+(&url.URL{Path: rest}).EscapedPath()+"?mode=ro"
	case "postgres", "postgresql":
		driver, source = "pgx", address
	default:
		return nil, failure(exitUsage, databaseHint, "--db names no database that can be read: %q", scheme)
	}
	db, err := sql.Open(driver, source)
	if err != nil { // the error may quote the address, and with it a password
		return nil, failure(exitUsage, databaseHint, "--db is not an address of a database")
	}
	return db, nil
}

// queryOrders reads the answer to a query as orders, row by row, in a
// transaction that can't change anything.
func queryOrders(ctx context.Context, address, query string, o segment.ReadOptions, l *segment.Ledger) (*segment.ReadReport, error) {
	db, err := openDatabase(address)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, failure(exitFailed, databaseHint, "can't reach the database: %v", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was changed
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, failure(exitFailed, "the query must be one SELECT with a column for the customer, the date and the amount", "the database refuses the query: %v", err)
	}
	defer rows.Close()
	answer, err := newQueryRows(rows)
	if err != nil {
		return nil, failure(exitFailed, databaseHint, "the answer can't be read: %v", err)
	}
	report, err := segment.ReadRows(segment.Rows{Header: answer.header, Next: answer.next}, o, l.Add)
	return report, readError("the query", err)
}

// queryRows writes the values of an answer as an order file has them.
type queryRows struct {
	rows   *sql.Rows
	header []string
	types  []string
	values []any
	into   []any
	texts  []string
}

func newQueryRows(rows *sql.Rows) (*queryRows, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	q := &queryRows{rows: rows, values: make([]any, len(types)), into: make([]any, len(types)), texts: make([]string, len(types))}
	for i, t := range types {
		q.header = append(q.header, t.Name())
		q.types = append(q.types, strings.ToUpper(t.DatabaseTypeName()))
		q.into[i] = &q.values[i]
	}
	return q, nil
}

func (q *queryRows) next() ([]string, error) {
	if !q.rows.Next() {
		if err := q.rows.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	if err := q.rows.Scan(q.into...); err != nil {
		return nil, err
	}
	for i, v := range q.values {
		q.texts[i] = sqlText(v, q.types[i])
	}
	return q.texts, nil
}

// sqlText writes a value as text. A time stays without a zone unless the column
// has one: TIMESTAMP is what a clock on a wall said, and --source-tz says where.
func sqlText(v any, kind string) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		switch {
		case kind == "DATE":
			return v.Format(time.DateOnly)
		case kind == "TIMESTAMPTZ":
			return v.UTC().Format("2006-01-02T15:04:05Z07:00")
		}
		if _, offset := v.Zone(); offset != 0 {
			return v.Format("2006-01-02T15:04:05Z07:00")
		}
		return v.Format("2006-01-02T15:04:05")
	}
	return fmt.Sprint(v)
}

// readError says what to do about orders that can't be read.
func readError(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, segment.ErrCurrencies):
		return failure(exitUsage, "as in --currency EUR", "%v", err)
	case errors.Is(err, syscall.EISDIR):
		return failure(exitUsage, "name a file of orders: CSV or NDJSON, plain, .gz or .zst", "%s is a folder", what)
	case errors.Is(err, segment.ErrEmpty):
		return failure(exitFailed, "was it written to the end?", "%s: %v", what, segment.ErrEmpty)
	case errors.Is(err, audience.ErrWorkbook):
		return failure(exitFailed, workbookHint, "%s: %v", what, err)
	case errors.Is(err, segment.ErrEncoding):
		return failure(exitFailed, encodingHint, "%s: %v", what, err)
	}
	return failure(exitFailed, "columns are named with --customer, --date and --amount", "%s: %w", what, err)
}
