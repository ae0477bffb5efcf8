package writeback

import (
	"context"
	"net/http"
	"time"
)

// Platform is one platform's way of writing fields. Implementations live beside
// the platform's inbound adapter and are safe for concurrent use.
type Platform interface {
	// Plan says how fast, and how many contacts at a time.
	Plan() Plan
	// Write writes to at most Plan().Batch contacts through c. It returns an error
	// a write, nil for one that is done; or a single one for all of them.
	Write(ctx context.Context, c *Client, ws []Write) []error
}

// Resolver is a Platform that looks up contacts of which its webhook says too
// little.
type Resolver interface {
	// Resolve makes the body of a decision out of what the platform sent.
	Resolve(ctx context.Context, c *Client, w Write) (body []byte, err error)
}

// Plan is how much a platform takes.
type Plan struct {
	// Batch is how many contacts one Write may hold; 0 means 1.
	Batch int
	// Parallel is how many Writes may run at once; 0 means 1.
	Parallel int
	// Limits are the platform's documented limits on requests, all of which hold.
	Limits []Limit
	// Source says where the limits are documented.
	Source string
}

// Limit is a number of requests in any span of time.
type Limit struct {
	N   int
	Per time.Duration
}

func (p Plan) withDefaults() Plan {
	p.Batch, p.Parallel = max(p.Batch, 1), max(p.Parallel, 1)
	return p
}

// Target is a platform account to write to.
type Target struct {
	Name     string
	Platform Platform
	// Share is the part of the limits that winnow may use up, in per cent; 0 means
	// 80: other programs of the owner have the same limits.
	Share int
	// Transport makes the requests; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout is how long a request may take; 0 means 30 s.
	Timeout time.Duration
	// Decide decides on a body that Resolve made; nil when the platform is no
	// Resolver.
	Decide func(ctx context.Context, body []byte, w Write) (Write, error)
}

func (t Target) withDefaults() Target {
	if t.Share <= 0 || t.Share > 100 {
		t.Share = 80
	}
	if t.Transport == nil {
		t.Transport = http.DefaultTransport
	}
	if t.Timeout <= 0 {
		t.Timeout = 30 * time.Second
	}
	return t
}
