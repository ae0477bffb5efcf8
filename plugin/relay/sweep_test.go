package relay_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// hours is a clock that the test sets, and a ticker of the sweep.
type hours struct {
	now  atomic.Pointer[time.Time]
	tick chan time.Time
}

func newHours() *hours {
	h := &hours{tick: make(chan time.Time)}
	h.pass(0)
	return h
}

func (h *hours) pass(d time.Duration) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	if was := h.now.Load(); was != nil {
		at = was.Add(d)
	}
	h.now.Store(&at)
}

// sweeps has the relay sweep so many times; the last may not have ended.
func (h *hours) sweeps(n int) {
	for range n {
		h.tick <- time.Time{}
	}
}

func (h *hours) options(o *relay.Options) {
	o.Clock = func() time.Time { return *h.now.Load() }
	o.Ticker = func(time.Duration) (<-chan time.Time, func()) { return h.tick, func() {} }
}

const year = 365 * 24 * time.Hour

// A clock that is set a year ahead would have every letter that was sent forgotten,
// and a repeat of it sent again.
func TestAClockThatLeapsForgetsNoLetter(t *testing.T) {
	s, h := sink(t, relaytest.Options{}), newHours()
	b := open(t, s, h.options)
	b.accept(letter("anna"))
	b.settled()
	h.sweeps(2)
	h.pass(year)
	h.sweeps(12)
	require.True(t, b.accept(letter("anna")).Repeat)
	h.sweeps(14)
	require.False(t, b.accept(letter("anna")).Repeat, "letters must be forgotten in the end")
}

// A clock that is set back would leave letters that wait for another try waiting for
// as long.
func TestAClockThatIsSetBackKeepsNoLetter(t *testing.T) {
	s, h := sink(t, relaytest.Options{}), newHours()
	b := open(t, s, func(o *relay.Options) {
		h.options(o)
		o.FirstRetry, o.LastRetry = time.Hour, time.Hour
	})
	b.gate.down.Store(true)
	l := letter("anna")
	l.Hold = true
	b.accept(l)
	require.Eventually(t, func() bool {
		list := b.list(relay.Waiting)
		return len(list) == 1 && list[0].Tries == 1
	}, waitAtMost, shortly)
	b.gate.down.Store(false)
	h.pass(-year)
	h.sweeps(2)
	b.settled()
	require.Equal(t, 1, s.Total())
}
