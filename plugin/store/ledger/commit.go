package ledger

import (
	"context"
	"database/sql"
)

// commit has the committer do something, and waits until it is durable and what
// is held in memory says so too.
func (l *Ledger) commit(ctx context.Context, do func(*sql.Tx) error) error {
	return l.committer.Do(ctx, do)
}
