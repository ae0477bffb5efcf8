package platformtest

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/store"
)

// The outages of the drill.
const (
	SlowStore    = "slow past the deadline"
	StoreDown    = "store down"
	DiskFull     = "disk full"
	BrokenBundle = "bundle broken"
	NoBundle     = "no bundle"
)

// Outages lists them.
func Outages() []string { return []string{SlowStore, StoreDown, DiskFull, BrokenBundle, NoBundle} }

// faults is a log that fails as it is told to.
type faults struct {
	gate.Store
	submit, wait error
	hang         bool
}

func (f *faults) Submit(r *store.Record) (gate.Ticket, error) {
	if f.submit != nil {
		return nil, f.submit
	}
	t, err := f.Store.Submit(r)
	if err == nil && (f.wait != nil || f.hang) {
		return never{f.wait}, nil
	}
	return t, err
}

// never is the ticket of a record that does not become durable.
type never struct{ err error }

func (n never) Wait(ctx context.Context) error {
	if n.err != nil {
		return n.err
	}
	<-ctx.Done()
	return ctx.Err()
}

// strike brings an outage about.
func (b *bench) strike(t testing.TB, outage string) {
	t.Helper()
	switch outage {
	case "", NoBundle:
	case SlowStore:
		b.faults.hang = true
	case StoreDown:
		b.faults.submit = errors.New("the log is closed")
	case DiskFull:
		b.faults.wait = errors.New("no space left on device")
	case BrokenBundle:
		require.Error(t, b.gate.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte("winnow: 1\nslots: {hero: {}}")}}))
	default:
		t.Fatalf("there is no outage %q: use one of %v", outage, Outages())
	}
}

// outages is the drill: for each outage and each choice of the owner's, what the
// platform then does must be what the owner chose.
func outages(t *testing.T, k Kit) {
	nothing := k.Platform.Reacts(nil)
	t.Logf("%s, when there is no answer at all: %s (%s)", k.Platform.Title, nothing.Then, nothing.Why)
	choices := []platform.OnTrouble{platform.SendDefault, platform.HoldBack}
	if k.Platform.AsksAgain {
		choices = append(choices, platform.Retry)
	}
	for _, outage := range Outages() {
		for _, choice := range choices {
			t.Run(outage+"/"+string(choice), func(t *testing.T) { drill(t, k, outage, choice) })
		}
	}
}

func drill(t *testing.T, k Kit, outage string, choice platform.OnTrouble) {
	b := newBench(t, k, benchOptions{outage: outage, posture: platform.Posture{Marketing: choice, Research: choice}})
	r := b.serve(t, b.signed(t, k.Call))
	got := b.source.Reacts(r)
	t.Logf("winnow answers %d, so the platform %s: %s", r.Status, got.Then, got.Why)
	allowed := k.allowed(choice)
	if outage == BrokenBundle { // the last good one decides
		allowed = []platform.Then{platform.Sends}
	}
	require.Contains(t, allowed, got.Then, "the owner chose %s; winnow answered %d %s", choice, r.Status, r.Body)
}

// allowed are the outcomes that a choice of the owner's may have.
func (k Kit) allowed(choice platform.OnTrouble) []platform.Then {
	if then := k.Except[choice]; then != nil {
		return then
	}
	switch choice {
	case platform.HoldBack:
		return []platform.Then{platform.HoldsBack}
	case platform.Retry:
		return []platform.Then{platform.AsksAgain}
	default:
		return []platform.Then{platform.Sends, platform.SendsDefault}
	}
}
