package gate_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
)

// sweeping is a gate that keeps records for two days, and whose hours the test
// makes pass.
type sweeping struct {
	*gate.Gate
	now   atomic.Pointer[time.Time]
	hours chan time.Time
	log   bytes.Buffer
}

func newSweeping(t *testing.T, store gate.Store, at time.Time) *sweeping {
	s := &sweeping{hours: make(chan time.Time)}
	s.now.Store(&at)
	s.Gate = newGate(t, shop, gate.Options{
		Store: store, Retention: 48 * time.Hour, Log: slog.New(slog.NewTextHandler(&s.log, nil)),
		Clock: func() time.Time { return *s.now.Load() },
		Ticker: func(every time.Duration) (<-chan time.Time, func()) {
			require.Equal(t, time.Hour, every)
			return s.hours, func() {}
		},
	})
	return s
}

func (s *sweeping) pass(d time.Duration) {
	at := s.now.Load().Add(d)
	s.now.Store(&at)
}

// looks has the gate look so many times, each of which ends before the next
// begins: the last may not have ended.
func (s *sweeping) looks(n int) {
	for range n {
		s.hours <- time.Time{}
	}
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestExpiredRecordsAreSwept(t *testing.T) {
	s := newSweeping(t, nil, noon())
	decide(t, s.Gate, polish)
	for range 48 {
		s.pass(time.Hour)
		s.looks(2)
	}
	require.EqualValues(t, 0, s.Metrics().Swept)
	s.pass(time.Hour)
	s.looks(2)
	require.EqualValues(t, 1, s.Metrics().Swept)
}

// A clock that is set a year ahead removes nothing for a day of looks, in which
// somebody may set it right; what has expired goes after that.
func TestAClockThatLeapsRemovesNothingAtOnce(t *testing.T) {
	s := newSweeping(t, nil, noon())
	decide(t, s.Gate, polish)
	s.looks(2)
	s.pass(365 * 24 * time.Hour)
	s.looks(12)
	s.pass(365 * 24 * time.Hour) // which makes the wait no longer
	s.looks(10)
	require.EqualValues(t, 0, s.Metrics().Swept)
	require.Equal(t, 1, strings.Count(s.log.String(), "the clock is far ahead"), "it is told once")
	s.looks(4)
	require.EqualValues(t, 1, s.Metrics().Swept)
}

// At the start the server may just have been off: what expired meanwhile goes at
// once, unless that would be all there is.
func TestWhatExpiredWhileNobodyRan(t *testing.T) {
	for off, looks := range map[time.Duration]int{47 * time.Hour: 0, 365 * 24 * time.Hour: 22} {
		t.Run(fmt.Sprint(off), func(t *testing.T) {
			log := openLog(t, filepath.Join(t.TempDir(), "winnow.db"))
			for _, at := range []time.Time{noon().Add(-24 * time.Hour), noon()} {
				s := newSweeping(t, gate.SQLite(log), at)
				decide(t, s.Gate, polish)
				require.NoError(t, s.Close())
			}
			s := newSweeping(t, gate.SQLite(log), noon().Add(off))
			s.looks(looks) // beside the one at the start
			if looks > 0 {
				require.Zero(t, s.Metrics().Swept)
			}
			s.looks(4)
			require.NotZero(t, s.Metrics().Swept)
		})
	}
}
