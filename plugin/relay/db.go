package relay

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/winnow-gate/winnow/plugin/internal/dbfile"
)

//go:embed schema/*.sql
var schema embed.FS

var errNewerSchema = errors.New("a newer winnow wrote this queue: use that version or another file")

// openDB opens the queue's file, which may be shared with the command line. It
// holds addresses and mails: it is its owner's alone.
func openDB(path string) (*sql.DB, error) {
	uri, err := dbfile.URI(path)
	if err != nil {
		return nil, fmt.Errorf("relay: the queue can't be opened: %w", err)
	}
	db, err := sql.Open("sqlite", uri+"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(FAST)")
	if err != nil {
		return nil, err
	}
	if err := dbfile.Migrate(db, schema, "mail", errNewerSchema); err != nil {
		return nil, typed(errors.Join(err, db.Close()))
	}
	return db, nil
}

// bound sets the size of the file that a connection may make.
func bound(ctx context.Context, c *sql.Conn, maxBytes int64) error {
	if maxBytes <= 0 {
		return nil
	}
	var page int64
	if err := c.QueryRowContext(ctx, "PRAGMA page_size").Scan(&page); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", max(maxBytes/page, 16)))
	return err
}
