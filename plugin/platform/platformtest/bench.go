package platformtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store"
)

// PublicURL is where platforms reach the kit's sources.
const PublicURL = "https://winnow.shop.example"

// bench is a source on a gate of its own, with a standing clock.
type bench struct {
	source *platform.Source
	gate   *gate.Gate
	spy    *spy
	clock  atomic.Int64
	signer *verify.Scheme // nil when calls are not signed
	faults *faults
	last   *observer
}

type benchOptions struct {
	scheme   verify.ID // "" is the platform's first, "none" for none
	secrets  []verify.Secret
	posture  platform.Posture
	outage   string
	settings platform.Settings
}

func newBench(t testing.TB, k Kit, o benchOptions) *bench {
	t.Helper()
	b := &bench{faults: &faults{}}
	b.clock.Store(Now().UnixNano())
	log, err := store.Open(filepath.Join(t.TempDir(), "winnow.db"), store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close(context.Background())) })
	b.faults.Store = gate.SQLite(log)
	ids := gate.NewIDs(0)
	b.gate, err = gate.New(gate.Options{
		Store: b.faults, Keys: []gate.HashKey{{Version: 1, Secret: []byte("0123456789abcdef0123456789abcdef")}},
		Clock: func() time.Time { return time.Unix(0, b.clock.Load()).UTC() },
		IDs:   ids, Deadline: time.Minute,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.gate.Close()) })
	if o.outage != NoBundle {
		require.NoError(t, b.gate.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte(k.Rules)}}))
	}
	b.strike(t, o.outage)
	b.spy = &spy{Decider: b.gate}
	opts := k.Options
	opts.Name, opts.PublicURL, opts.Posture, opts.OneByOne = "kit", PublicURL, o.posture, true
	for name, v := range o.settings {
		if opts.Settings == nil {
			opts.Settings = platform.Settings{}
		}
		opts.Settings[name] = v
	}
	if o.outage == SlowStore {
		opts.Deadline = time.Millisecond
	}
	if o.scheme == "" {
		o.scheme = k.Platform.Schemes[0]
	}
	if o.scheme != "none" {
		signs, shown := Secrets(o.scheme)
		if o.secrets == nil {
			o.secrets = shown[:1]
		}
		b.signer, err = verify.New(o.scheme, signs[:1], k.SchemeOptions)
		require.NoError(t, err)
		opts.Scheme, err = verify.New(o.scheme, o.secrets, k.SchemeOptions)
		require.NoError(t, err)
	}
	p := k.Platform
	make := p.New
	p.New = func(s platform.Setup) (platform.Adapter, error) {
		a, err := make(s)
		b.last = &observer{Adapter: a}
		if g, ok := a.(platform.Greeter); ok {
			return &greeting{b.last, g}, err
		}
		return b.last, err
	}
	b.source, err = platform.NewSource(p, opts, b.spy)
	require.NoError(t, err)
	return b
}

// serve answers a call that comes in now.
func (b *bench) serve(t testing.TB, c platform.Call) *platform.Reply {
	t.Helper()
	c.Header = slices.Clone(c.Header)
	c.Body = bytes.Clone(c.Body)
	if c.Received.IsZero() {
		c.Received = time.Unix(0, b.clock.Load())
	}
	r := &platform.Reply{}
	b.source.Serve(&c, r)
	require.NotZero(t, r.Status, "the reply has no status")
	require.Zero(t, b.source.Metrics().Calls["broken"], "the adapter broke: %v", b.trouble())
	return r
}

// signed is the call as the platform would have signed it now.
func (b *bench) signed(t testing.TB, c platform.Call) platform.Call {
	t.Helper()
	if b.signer == nil {
		return c
	}
	return Sign(t, b.signer, c, time.Unix(0, b.clock.Load()))
}

// Sign signs a call as the platform would have at a moment.
func Sign(t testing.TB, s *verify.Scheme, c platform.Call, at time.Time) platform.Call {
	t.Helper()
	r := c.Request()
	r.PublicURL, r.Received = PublicURL, at
	r, err := s.Sign(r)
	require.NoError(t, err)
	c.Below = strings.TrimPrefix(strings.TrimPrefix(r.Path, platform.Address("kit")), "/")
	c.Path, c.Query, c.Header, c.Body, c.Received = r.Path, r.RawQuery, r.Header, r.Body, at
	return c
}

// decisions is how many decisions the gate has made.
func (b *bench) decisions() (n uint64) {
	for _, d := range b.gate.Metrics().Decisions {
		n += d.N
	}
	return n
}

// trouble is the error of the last trouble.
func (b *bench) trouble() error {
	b.last.mu.Lock()
	defer b.last.mu.Unlock()
	return b.last.trouble.Err
}

// keyOf is the key of a call.
func (b *bench) keyOf(t testing.TB, c platform.Call) string {
	t.Helper()
	b.serve(t, c)
	for _, q := range b.spy.requests {
		if q.Key != "" {
			return q.Key
		}
	}
	return ""
}

// observer sees what an adapter is told of trouble.
type observer struct {
	platform.Adapter
	mu      sync.Mutex
	trouble platform.Trouble
}

func (o *observer) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	o.mu.Lock()
	o.trouble = t
	o.mu.Unlock()
	o.Adapter.Trouble(c, t, r)
}

type greeting struct {
	*observer
	greeter platform.Greeter
}

func (g *greeting) Greet(c *platform.Call, r *platform.Reply) bool { return g.greeter.Greet(c, r) }

// spy sees what the gate is asked.
type spy struct {
	platform.Decider
	mu       sync.Mutex
	requests []gate.Request
}

func (s *spy) note(req gate.Request) {
	req.Body, req.Values = bytes.Clone(req.Text()), nil
	s.mu.Lock()
	s.requests = append(s.requests, req)
	s.mu.Unlock()
}

func (s *spy) Decide(dst []byte, req gate.Request) ([]byte, error) {
	s.note(req)
	return s.Decider.Decide(dst, req)
}

func (s *spy) Batch(req gate.Request, items [][]byte, yield func(int, []byte, error)) error {
	for _, item := range items {
		one := req
		one.Body = item
		s.note(one)
	}
	return s.Decider.Batch(req, items, yield)
}

// packed is a call with its body packed.
func packed(t testing.TB, c platform.Call) platform.Call {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(c.Body)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	c.Body = out.Bytes()
	c.Header = c.Header.With("Content-Encoding", "gzip")
	return c
}
