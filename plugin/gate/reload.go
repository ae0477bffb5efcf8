package gate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// Status is how the bundle stands.
type Status struct {
	// Digest names the bundle that decides; "" when there is none yet.
	Digest string
	// LoadedAt is when it was swapped in, CheckedAt when its source was last
	// compiled, well or not.
	LoadedAt, CheckedAt time.Time
	// Stale says that the source has changed, and what it holds now can't be
	// used: the last good bundle decides.
	Stale bool
	// Failed is the digest of what can't be used, "" when it did not compile.
	Failed string
	// Problems are the mistakes in what can't be used, Failures its tests that
	// failed.
	Problems diag.List
	Failures []string
	// Warnings are those of the bundle that decides.
	Warnings diag.List
}

// TestError says that the tests that a bundle came with do not pass.
type TestError struct {
	Digest   string
	Failures []string
}

// Error gives the first failure and the number of the others.
func (e *TestError) Error() string {
	if len(e.Failures) == 0 {
		return "the bundle's own tests fail"
	}
	msg := "the bundle's own tests fail: " + e.Failures[0]
	if n := len(e.Failures) - 1; n > 0 {
		msg += fmt.Sprintf(" (and %d more)", n)
	}
	return msg
}

// Status says how the bundle stands.
func (g *Gate) Status() Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.status
}

// Bundle returns the bundle that decides now, nil when there is none. A bundle
// with modules is good until it is retired.
func (g *Gate) Bundle() *rules.Bundle {
	if s := g.current.at.Load(); s != nil {
		return s.bundle
	}
	return nil
}

// Reload compiles a bundle, runs its own tests, and has all decisions that
// begin from now on made with it. When it can't be used the last good one stays,
// Status says why, and the error is a *rules.Error or a *TestError. What is
// unchanged is not swapped.
func (g *Gate) Reload(ctx context.Context, fsys fs.FS) error {
	g.reload.Lock()
	defer g.reload.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	b, err := g.compile(fsys)
	now := g.clockNow()
	if err != nil {
		g.counts.failed.Add(1)
		g.keepLast(err, now)
		return err
	}
	if old := g.Bundle(); old != nil && old.Digest() == b.Digest() {
		g.setStatus(func(s *Status) { *s = fresh(b, s.LoadedAt, now) })
		g.retire(b)
		return nil
	}
	g.current.swap(g.snapshot(b, now))
	g.counts.reloads.Add(1)
	g.setStatus(func(s *Status) { *s = fresh(b, now, now) })
	g.opts.Log.Info("bundle loaded", "digest", b.Digest(), "warnings", len(b.Warnings()))
	g.warn(b)
	return nil
}

// warn tells what only who runs the gate can mend. The rest of the warnings is for
// who writes the rules.
func (g *Gate) warn(b *rules.Bundle) {
	for _, d := range b.Warnings() {
		if d.Code == diag.BeyondRetention && d.Severity == diag.Warn {
			g.opts.Log.Warn(d.Message, "code", d.Code, "at", fmt.Sprintf("%s:%d:%d", d.File, d.Line, d.Column), "hint", d.Hint)
		}
	}
}

// retire closes a bundle that nothing is decided with any more.
func (g *Gate) retire(b *rules.Bundle) {
	if err := b.Close(); err != nil {
		g.opts.Log.Error("a bundle's modules did not close", "digest", b.Digest(), "error", err)
	}
	g.opts.Retired(b)
}

func (g *Gate) clockNow() time.Time {
	now, _ := g.times()
	return now
}

// compile makes a bundle that passes its own tests.
func (g *Gate) compile(fsys fs.FS) (*rules.Bundle, error) {
	b, list := rules.Compile(fsys, g.opts.Rules)
	if b == nil {
		return nil, &rules.Error{List: list}
	}
	if failures := g.opts.RunTests(b); len(failures) > 0 {
		g.retire(b)
		return nil, &TestError{b.Digest(), failures}
	}
	return b, nil
}

// keepLast notes why a bundle can't be used.
func (g *Gate) keepLast(err error, now time.Time) {
	g.opts.Log.Error("the bundle can't be used", "error", err, "deciding", g.Status().Digest)
	g.setStatus(func(s *Status) {
		s.Stale, s.CheckedAt = s.Digest != "", now
		s.Failed, s.Problems, s.Failures = "", nil, nil
		var bad *rules.Error
		var tests *TestError
		if errors.As(err, &bad) {
			s.Problems = bad.List
		}
		if errors.As(err, &tests) {
			s.Failed, s.Failures = tests.Digest, tests.Failures
		}
	})
}

func fresh(b *rules.Bundle, loaded, checked time.Time) Status {
	return Status{Digest: b.Digest(), LoadedAt: loaded, CheckedAt: checked, Warnings: b.Warnings()}
}

func (g *Gate) setStatus(change func(*Status)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.status)
}

// snapshot readies a bundle for use. Counts of unknown fields go on from those
// of earlier bundles.
func (g *Gate) snapshot(b *rules.Bundle, now time.Time) *snapshot {
	s := &snapshot{bundle: b, loaded: now, tags: b.Layout().Slot("message.tags"), done: g.retire}
	s.heard, s.created = heardBy(b), b.Layout().Slot("contact.created_at")
	s.unknowns = make(map[string]*atomic.Uint64)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range b.Layout().Fields() {
		if g.unknown[f.Path] == nil {
			g.unknown[f.Path] = new(atomic.Uint64)
		}
		s.unknowns[f.Path] = g.unknown[f.Path]
	}
	return s
}
