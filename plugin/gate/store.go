package gate

import (
	"context"

	"github.com/winnow-gate/winnow/plugin/store"
)

// Store is the decision log as the gate uses it. Its parts are what package
// store documents under the same names; SQLite makes one.
type Store interface {
	Recorder
	Memory
	Archive
	Keeper
}

// Recorder takes records and says when they are durable.
type Recorder interface {
	// Submit hands in a record and returns at once; it keeps nothing of r.
	Submit(r *store.Record) (Ticket, error)
}

// Ticket stands for a submitted record.
type Ticket interface {
	// Wait returns nil once the record is durable, or the reason why it is not.
	// When ctx ends first it returns the context's error, and the record may
	// yet become durable. An outcome that is known counts before the context.
	Wait(ctx context.Context) error
}

// Memory is what rules may ask about earlier decisions.
type Memory interface {
	// Sent lists what a contact was sent at or after since (Unix milliseconds).
	Sent(ctx context.Context, contact []byte, since int64) ([]store.Sent, error)
	// Active lists the personas that the contact's last decision left active.
	Active(ctx context.Context, contact []byte) ([]string, error)
}

// Archive finds records.
type Archive interface {
	// Decision finds a record by id.
	Decision(ctx context.Context, id int64) (store.Record, bool, error)
	// ByContact lists a contact's records below an id, newest first.
	ByContact(ctx context.Context, contact []byte, before int64, limit int) ([]store.Record, error)
	// ByKey finds the record under an idempotency key.
	ByKey(ctx context.Context, key []byte) (store.Record, bool, error)
}

// Keeper removes records.
type Keeper interface {
	// Erase removes everything about a contact and counts the records.
	Erase(ctx context.Context, contact []byte) (int, error)
	// Sweep removes what is older than a moment (Unix milliseconds).
	Sweep(ctx context.Context, olderThan int64, limit int) (int, error)
}

// recent is what a store may also offer: the gate then starts its ids above the
// newest record, so that a clock set back can't make an id twice.
type recent interface {
	Recent(ctx context.Context, after int64, limit int) ([]store.Record, error)
}

// queued is what a store may also offer for the metrics.
type queued interface {
	// Queued is how many records, and how many bytes, wait to be durable.
	Queued() (records, bytes int)
}

// checked is what a store may also offer: it knows best whether it still writes.
type checked interface {
	Check(ctx context.Context) error
}

// SQLite makes a log in SQLite usable as a Store. The caller closes the log,
// after the gate.
func SQLite(log *store.SQLite) Store { return sqlite{log} }

type sqlite struct{ *store.SQLite }

func (s sqlite) Submit(r *store.Record) (Ticket, error) {
	t, err := s.SQLite.Submit(r)
	if err != nil {
		return nil, err
	}
	return t, nil
}
