package relay

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	mathrand "math/rand/v2"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

// Decider is the gate as the relay uses it.
type Decider interface {
	Decide(dst []byte, req gate.Request) ([]byte, error)
	ExplainRequest(req gate.Request) (*rules.Explanation, error)
}

// Limit bounds what goes to one domain.
type Limit struct {
	// AtOnce is how many letters may be under way at a time; 0 for no bound.
	AtOnce int
	// Rate is how many letters may begin a second; 0 for no bound.
	Rate float64
}

// Options of a relay. Gate and Carriers are needed, for all else the zero value
// works.
type Options struct {
	// Gate decides.
	Gate Decider
	// Carriers take the letters of each source. Letters of a source that has
	// none wait.
	Carriers map[string]Carrier

	// Workers is how many letters are under way at a time; 0 means 16.
	Workers int
	// Limits bound what goes to a domain; the one under "" is for all others.
	Limits map[string]Limit
	// FirstRetry is how long a letter waits after its first failure; each
	// further one doubles it, up to LastRetry, and chance takes up to half of it
	// away. 0 means 30 s and 30 min.
	FirstRetry, LastRetry time.Duration
	// GiveUp is the age at which a letter that still waits is dead; 0 means 24 h.
	GiveUp time.Duration
	// Patience is how long a decision is asked for again when the gate is in
	// trouble, before its default answer is taken; 0 means 2 min.
	Patience time.Duration
	// Resend has letters sent again of which nobody knows whether they were
	// delivered. The zero value reports them instead.
	Resend bool
	// Remember is how long repeats of a letter are known; 0 means 30 days.
	Remember time.Duration
	// MaxBytes bounds the queue's file; 0 for no bound but the disk's.
	MaxBytes int64

	// Clock, Ticker, Jitter (from 0 up to 1) and Names (of letters: unique, plain
	// letters and digits) are those of tests; nil means real ones.
	Clock  func() time.Time
	Ticker func(every time.Duration) (ticks <-chan time.Time, stop func())
	Jitter func() float64
	Names  func() string
	// Log gets what operators should know, without values of contacts; nil
	// discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = 16
	}
	for _, d := range []struct {
		v    *time.Duration
		zero time.Duration
	}{
		{&o.FirstRetry, 30 * time.Second},
		{&o.LastRetry, 30 * time.Minute},
		{&o.GiveUp, 24 * time.Hour},
		{&o.Patience, 2 * time.Minute},
		{&o.Remember, 30 * 24 * time.Hour},
	} {
		if *d.v <= 0 {
			*d.v = d.zero
		}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Ticker == nil {
		o.Ticker = func(every time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(every)
			return t.C, t.Stop
		}
	}
	if o.Jitter == nil {
		o.Jitter = mathrand.Float64
	}
	if o.Names == nil {
		o.Names = newName
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// newName is 128 random bits.
func newName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it does not fail: it would end the program
	return hex.EncodeToString(b[:])
}

// backOff is how long a letter waits after its nth failure.
func (o *Options) backOff(n int) time.Duration {
	d := o.FirstRetry
	for range min(n-1, 40) {
		if d *= 2; d >= o.LastRetry {
			break
		}
	}
	d = min(d, o.LastRetry)
	return d - time.Duration(o.Jitter()*float64(d)/2)
}
