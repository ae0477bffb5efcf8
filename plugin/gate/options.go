package gate

import (
	"log/slog"
	"time"

	"github.com/winnow-gate/winnow/rules"
)

// Ack says when a decision may leave.
type Ack uint8

// AckCommit waits until the decision is durable. AckBuffered answers once the
// log has accepted it: quicker, and a crash may lose the last decisions.
const (
	AckCommit Ack = iota
	AckBuffered
)

// OnTrouble says what becomes of marketing when no decision can be made or
// recorded in time. Transactional, service and legal messages are sent.
type OnTrouble uint8

// SendDefault lets marketing go out with the default variants; HoldBack keeps
// it back.
const (
	SendDefault OnTrouble = iota
	HoldBack
)

// HashKey is a secret for keyed hashes (HMAC-SHA-256), with the number that
// contact keys made with it carry.
type HashKey struct {
	Version byte
	Secret  []byte // at least 16 bytes
}

// Options of a gate. The zero value decides without a log.
type Options struct {
	// Store is the decision log; nil for none.
	Store Store
	// Keys are the secrets that contacts and hashed fields are hashed with. The
	// first one writes; all of them find and erase. A store needs at least one.
	Keys []HashKey
	// Events is what platforms told of contacts after earlier sends, and the legal
	// suppression list; nil for none. A *ledger.Ledger is one. It needs Keys.
	Events Events
	// Ack says when an answer may leave; the zero value is AckCommit.
	Ack Ack
	// Deadline is the hard stop of a decision, after which the default answer
	// goes out; 0 means 800 ms. It is kept to within 1/64 of itself, on the
	// early side.
	Deadline time.Duration
	// OnTrouble is the owner's choice for marketing; the zero value is
	// SendDefault.
	OnTrouble OnTrouble
	// Retention is how long records are kept; 0 means 90 days, below 0 for ever.
	// When the clock leaps forward, what has expired stays for another day.
	Retention time.Duration
	// Remembered is how many answers under idempotency keys are kept in memory,
	// in front of the store; 0 means 4,096.
	Remembered int

	// Rules are the options of compiling bundles. With a store, their Retention is
	// the one above.
	Rules rules.Options
	// RunTests runs a bundle's own tests and returns what failed; nil runs none.
	RunTests func(*rules.Bundle) (failures []string)
	// Retired, if set, is called once for each bundle that was compiled, when
	// nothing is decided with it any more and its modules are closed.
	Retired func(*rules.Bundle)

	// Clock is the clock of decisions; nil means time.Now.
	Clock func() time.Time
	// IDs makes decision ids from the time: above 0, unique, ascending. Nil
	// means NewIDs, starting above the newest record of the store.
	IDs func(now time.Time) int64
	// Ticker makes the tickers of the poller and the sweeper; nil means
	// time.NewTicker.
	Ticker func(every time.Duration) (ticks <-chan time.Time, stop func())
	// Log gets what operators should know, without values of contacts; nil
	// discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Deadline <= 0 {
		o.Deadline = 800 * time.Millisecond
	}
	if o.Retention == 0 {
		o.Retention = 90 * 24 * time.Hour
	}
	if o.Store != nil {
		o.Rules.Retention = o.Retention
	}
	if o.Remembered <= 0 {
		o.Remembered = 4096
	}
	if o.RunTests == nil {
		o.RunTests = func(*rules.Bundle) []string { return nil }
	}
	if o.Retired == nil {
		o.Retired = func(*rules.Bundle) {}
	}
	if o.Ticker == nil {
		o.Ticker = func(every time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(every)
			return t.C, t.Stop
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
