package receiver

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Options of a receiver. The zero value asks nobody for a key: bind it to a
// loopback address only, as Listen insists.
type Options struct {
	// Keys are the API keys; nil lets everybody in.
	Keys *Keys
	// Hosts are names besides this machine's own by which Serve answers without keys:
	// those that a proxy in front passes on, in lower case.
	Hosts []string
	// Sources are where platforms call: /v1/in/NAME each.
	Sources []Source
	// Erasers keep something about contacts besides the decision log, and are asked
	// to forget whoever is erased.
	Erasers []Eraser
	// Rate is how many contacts a second each key may send, 0 for no limit. A
	// batch counts its items, any other request counts one.
	Rate float64
	// Burst is how many contacts may come at once; it is at least MaxBatch. 0
	// means two seconds' worth.
	Burst int
	// MaxBody is the size in bytes of the body of one decision; 0 means 256 KiB.
	// A compressed body must keep to it before and after.
	MaxBody int
	// MaxBatch is the number of items of a batch; 0 means 1,000.
	MaxBatch int
	// MaxBatchBody is the size in bytes of a batch; 0 means 8 MiB.
	MaxBatchBody int
	// MaxUnproven is the memory in bytes for large bodies of callers who have yet to
	// prove who they are: a signature is checked over a whole body. 0 means 64 MiB; it
	// is at least twice the largest body that a source with signatures takes.
	MaxUnproven int
	// ReadTimeout bounds the reading of one request; 0 means 15 s. IdleTimeout
	// is how long a connection may wait for its next request; 0 means 2 min.
	ReadTimeout, IdleTimeout time.Duration
	// Grace is how long Serve waits at its end for requests under way; 0 means
	// 10 s.
	Grace time.Duration
	// Version is shown as info.version of the OpenAPI document and in the
	// metrics; "" means "dev".
	Version string
	// Metrics are shown at /metrics besides the receiver's own; nil for none.
	Metrics prometheus.Gatherer
	// Log gets what operators should know, without values of contacts; nil
	// discards it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	number := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	number(&o.MaxBody, 256<<10)
	number(&o.MaxBatch, 1000)
	number(&o.MaxBatchBody, 8<<20)
	number(&o.MaxUnproven, 64<<20)
	number(&o.Burst, int(2*o.Rate))
	o.Burst = max(o.Burst, o.MaxBatch)
	duration := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	duration(&o.ReadTimeout, 15*time.Second)
	duration(&o.IdleTimeout, 2*time.Minute)
	duration(&o.Grace, 10*time.Second)
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
