package gate_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

func TestABadBundleNeverReplacesAGoodOne(t *testing.T) {
	failing := false
	g := newGate(t, shop, gate.Options{RunTests: func(*rules.Bundle) []string {
		if failing {
			return []string{"a: first", "b: second"}
		}
		return nil
	}})
	ctx := context.Background()
	good := g.Status()
	require.False(t, good.Stale)
	require.Equal(t, good.Digest, decide(t, g, polish).Bundle)

	err := g.Reload(ctx, files("winnow: 1\nslots: {hero: {}}\n"))
	var bad *rules.Error
	require.ErrorAs(t, err, &bad)
	s := g.Status()
	require.True(t, s.Stale)
	require.Equal(t, good.Digest, s.Digest)
	require.Equal(t, bad.List, s.Problems)
	require.Equal(t, good.Digest, decide(t, g, polish).Bundle)

	failing = true
	err = g.Reload(ctx, files(capped))
	var tests *gate.TestError
	require.ErrorAs(t, err, &tests)
	require.ErrorContains(t, err, "a: first (and 1 more)")
	s = g.Status()
	require.True(t, s.Stale)
	require.Equal(t, tests.Digest, s.Failed)
	require.NotEqual(t, good.Digest, s.Failed)
	require.Equal(t, []string{"a: first", "b: second"}, s.Failures)
	require.Empty(t, s.Problems)

	failing = false
	require.NoError(t, g.Reload(ctx, files(shop)), "the old source again")
	s = g.Status()
	require.False(t, s.Stale)
	require.Equal(t, good.LoadedAt, s.LoadedAt, "nothing was swapped")
	require.NoError(t, g.Reload(ctx, files(capped)))
	require.NotEqual(t, good.Digest, decide(t, g, polish).Bundle)
	m := g.Metrics()
	require.EqualValues(t, 2, m.Reloads)
	require.EqualValues(t, 2, m.FailedReloads)
}

func TestWithoutABundle(t *testing.T) {
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	require.ErrorAs(t, g.Reload(context.Background(), fstest.MapFS{}), new(*rules.Error))
	require.False(t, g.Status().Stale, "nothing is older than nothing")
	_, err = g.Decide(nil, gate.Request{Body: []byte(polish)})
	require.ErrorIs(t, err, gate.ErrNoBundle)
	_, err = g.Explain([]byte(polish))
	require.ErrorIs(t, err, gate.ErrNoBundle)
	require.ErrorIs(t, g.Batch(gate.Request{}, nil, nil), gate.ErrNoBundle)
	require.Nil(t, g.Bundle())
	require.NoError(t, g.Close())
}

func TestWithoutALog(t *testing.T) {
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	ctx := context.Background()
	require.NoError(t, g.Reload(ctx, files(shop)))
	require.True(t, decide(t, g, polish).Send)
	_, err = g.Decide(nil, gate.Request{Body: []byte(polish), Key: "k"})
	require.NoError(t, err)
	_, _, err = g.Decision(ctx, 1)
	require.ErrorIs(t, err, gate.ErrNoLog)
	_, err = g.History(ctx, gate.ByID, "c1", 0, 0)
	require.ErrorIs(t, err, gate.ErrNoLog)
	_, err = g.Erase(ctx, gate.ByID, "c1")
	require.ErrorIs(t, err, gate.ErrNoLog)
	require.NoError(t, g.Check(ctx))
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	_, err := gate.New(gate.Options{Store: &failing{}})
	require.ErrorContains(t, err, "hash key")
	_, err = gate.New(gate.Options{Keys: []gate.HashKey{{Secret: []byte("short")}}})
	require.ErrorContains(t, err, "16")
	_, err = gate.New(gate.Options{Keys: append(hashKeys(), hashKeys()...)})
	require.ErrorContains(t, err, "two hash keys")
}

// disk is a file system whose files change, and tell the time they did.
type disk struct {
	mu      sync.Mutex
	now     fstest.MapFS
	locked  bool // the rules can't be read
	growing bool // they are written all the time
}

func (d *disk) set(rules string, at int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = fstest.MapFS{"rules.yaml": {Data: []byte(rules), ModTime: time.Unix(at, 0)}}
}

func (d *disk) add(name string, at int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now[name] = &fstest.MapFile{ModTime: time.Unix(at, 0)}
}

func (d *disk) Open(name string) (fs.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked && name == "rules.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	if rules := d.now[name]; d.growing && rules != nil {
		rules.ModTime = rules.ModTime.Add(time.Second)
	}
	return d.now.Open(name)
}

// lookAt has the poller look as often as it takes to load what stands still: twice,
// and once more to know that it is done.
func lookAt(ticks chan<- time.Time) func() {
	return func() {
		for range 3 {
			ticks <- time.Time{}
		}
	}
}

func TestThePollerCompilesWhatChanged(t *testing.T) {
	ticks := make(chan time.Time)
	stopped := make(chan struct{})
	g := newGate(t, shop, gate.Options{Retention: -1, Ticker: func(time.Duration) (<-chan time.Time, func()) {
		return ticks, func() { close(stopped) }
	}})
	d := &disk{}
	d.set(shop, 1)
	g.Watch(d, 0)
	look := lookAt(ticks)
	first := g.Status()
	look()
	require.Equal(t, first, g.Status(), "nothing has changed")
	d.set("winnow: 2\n", 2)
	look()
	broken := g.Status()
	require.True(t, broken.Stale)
	look()
	require.Equal(t, broken.CheckedAt, g.Status().CheckedAt, "what is broken is compiled once")
	d.add("winnow.db", 3)
	look()
	require.Equal(t, broken.CheckedAt, g.Status().CheckedAt, "what belongs to no bundle is not looked at")
	d.set(capped, 2)
	look()
	require.False(t, g.Status().Stale)
	require.NotEqual(t, first.Digest, g.Status().Digest)
	require.NoError(t, g.Close())
	<-stopped
}

// What changes while the first bundle is compiled is not missed by who watches
// from before, nor is a file that may be read again; but half a file is.
func TestThePollerMissesNothing(t *testing.T) {
	ticks := make(chan time.Time)
	g, err := gate.New(gate.Options{Ticker: func(time.Duration) (<-chan time.Time, func()) { return ticks, func() {} }})
	require.NoError(t, err)
	defer func() { require.NoError(t, g.Close()) }()
	look := lookAt(ticks)
	d := &disk{}
	d.set(versioned(1), 1)
	g.Watch(d, 0)
	require.NoError(t, g.Reload(context.Background(), d))
	first := g.Status().Digest
	d.set(versioned(2), 2) // before Reload had returned, for all that Watch knows
	look()
	require.NotEqual(t, first, g.Status().Digest)

	change := func(do func()) {
		d.mu.Lock()
		do()
		d.mu.Unlock()
		look()
	}
	second := g.Status()
	change(func() { d.growing = true })
	require.Equal(t, second, g.Status(), "half of a file is not loaded")
	d.set(versioned(3), 3)
	change(func() { d.growing = false })
	require.NotEqual(t, second.Digest, g.Status().Digest)
	change(func() { d.locked = true })
	require.True(t, g.Status().Stale)
	change(func() { d.locked = false })
	require.False(t, g.Status().Stale)
}

// versioned is a bundle that says its version in both of its slots.
func versioned(v int) string {
	return strings.ReplaceAll(`winnow: 1
slots:
  hero: {default: vN, variants: {vN: {n: N}}}
  footer: {default: vN, variants: {vN: {n: N}}}
`, "N", fmt.Sprint(v))
}

func TestASwappedBundleIsRetiredAfterItsLastDecision(t *testing.T) {
	var mu sync.Mutex
	retired := map[string]int{}
	g := newGate(t, versioned(0), gate.Options{Retired: func(b *rules.Bundle) {
		mu.Lock()
		defer mu.Unlock()
		retired[b.Digest()]++
	}})
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for !stop.Load() {
				a := decide(t, g, `{"contact":{"id":"c1"}}`)
				require.Equal(t, a.Variants["hero"], a.Variants["footer"])
				mu.Lock()
				n := retired[a.Bundle]
				mu.Unlock()
				require.LessOrEqual(t, n, 1)
			}
		})
	}
	digests := []string{g.Bundle().Digest()}
	for v := 1; v <= 200; v++ {
		require.NoError(t, g.Reload(context.Background(), files(versioned(v))))
		digests = append(digests, g.Bundle().Digest())
	}
	stop.Store(true)
	wg.Wait()
	for i, d := range digests {
		want := 1
		if i == len(digests)-1 {
			want = 0
		}
		require.Equal(t, want, retired[d], i)
	}
}

func TestExplainRecordsNothing(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	e, err := g.Explain([]byte(polish))
	require.NoError(t, err)
	require.True(t, e.Decision.Send)
	require.NotEmpty(t, e.Rules)
	require.Empty(t, e.Decision.ID, "an id that is in no log")
	list, err := g.History(context.Background(), gate.ByID, "c1", 0, 0)
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = g.Explain([]byte(`[]`))
	require.ErrorAs(t, err, new(*gate.BodyError))
}

func TestMetrics(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	decide(t, g, polish)
	decide(t, g, unasked)
	decide(t, g, `{"contact":{"id":"c3"},"message":{"class":"service"}}`)
	_, err := g.Decide(nil, gate.Request{Body: []byte(`{}`)})
	require.Error(t, err)
	m := g.Metrics()
	require.ElementsMatch(t, []gate.Counted{
		{Outcome: "send", Class: "marketing", N: 1}, {Outcome: "gate", Class: "marketing", N: 1}, {Outcome: "send", Class: "service", N: 1},
	}, m.Decisions)
	require.EqualValues(t, 3, m.Answered)
	require.EqualValues(t, 3, m.Latency[time.Second])
	require.EqualValues(t, 1, m.Refused)
	require.EqualValues(t, 1, m.Unknowns["contact.country"])
	require.Positive(t, m.BundleAge)
}
