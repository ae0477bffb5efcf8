package gate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

func message(class string) string {
	return fmt.Sprintf(`{"contact":{"id":"c1","country":"PL"},"consent":{"marketing":true},"message":{"class":%q}}`, class)
}

const unasked = `{"contact":{"id":"c2"},"consent":{"marketing":false},"message":{"class":"marketing"}}`

func TestTheDefaultGoesOutAtTheDeadline(t *testing.T) {
	const deadline = 800 * time.Millisecond
	for _, tc := range []struct {
		class  string
		choice gate.OnTrouble
		send   bool
		action string
	}{
		{"marketing", gate.SendDefault, true, "send"},
		{"marketing", gate.HoldBack, false, "hold"},
		{"research", gate.HoldBack, false, "hold"},
		{"transactional", gate.HoldBack, true, "send"},
		{"service", gate.HoldBack, true, "send"},
		{"legal", gate.HoldBack, true, "send"},
	} {
		t.Run(fmt.Sprint(tc.class, tc.choice), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSlow(gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db"))))
				g := newGate(t, shop, gate.Options{Store: s, Deadline: deadline, OnTrouble: tc.choice})
				start := time.Now()
				raw, err := g.Decide(nil, gate.Request{Body: []byte(message(tc.class))})
				require.NoError(t, err)
				require.Equal(t, deadline, time.Since(start), "it waits for the deadline, not for the log")
				a := parse(t, raw)
				require.True(t, a.Degraded)
				require.Equal(t, tc.send, a.Send)
				require.Equal(t, tc.action, a.Action)
				require.Equal(t, "generic", a.Variants["hero"], "the default variant, though a rule says vip")
				require.Equal(t, []string{"deadline_default"}, a.codes())

				s.letGo()
				decide(t, g, message("service")) // behind it in the queue
				r := record(t, g, a.ID)
				require.Equal(t, string(raw), string(r.Answer), "the log says what was answered")
				require.True(t, r.Degraded)
			})
		})
	}
}

func TestNoTroubleOpensAGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlow(gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db"))))
		g := newGate(t, shop, gate.Options{Store: s, Deadline: 800 * time.Millisecond})
		a := decide(t, g, unasked)
		require.True(t, a.Degraded)
		require.False(t, a.Send)
		require.Equal(t, "gate", a.Action)
		require.Equal(t, []string{"deadline_default", "gate_closed"}, a.codes())
		s.letGo()
	})
}

func TestAStoreThatFails(t *testing.T) {
	full := fmt.Errorf("store: %w", store.ErrFull)
	huge := fmt.Errorf("store: %w", store.ErrTooLarge)
	for name, tc := range map[string]struct {
		set    func(*failing)
		broken bool
	}{
		"refused":   {func(s *failing) { s.submit.Store(&full) }, true},
		"lost":      {func(s *failing) { s.wait.Store(&full) }, true},
		"too large": {func(s *failing) { s.submit.Store(&huge) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))}
			g := newGate(t, shop, gate.Options{Store: s})
			tc.set(s)
			a := decide(t, g, polish)
			require.True(t, a.Degraded)
			require.Equal(t, []string{"store_default"}, a.codes())
			m := g.Metrics()
			require.Equal(t, []gate.Counted{{Outcome: "degraded", Class: "marketing", N: 1}}, m.Decisions)
			require.Equal(t, tc.broken, m.LogBroken)

			s.submit.Store(nil)
			s.wait.Store(nil)
			require.False(t, decide(t, g, polish).Degraded, "it goes on by itself")
			require.False(t, g.Metrics().LogBroken)
		})
	}
}

func TestUnrecordedDefaultsAreCounted(t *testing.T) {
	busy := error(store.ErrBusy)
	s := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))}
	g := newGate(t, shop, gate.Options{Store: s})
	s.submit.Store(&busy)
	decide(t, g, polish)
	require.EqualValues(t, 1, g.Metrics().Unrecorded)

	s.submit.Store(nil)
	full := error(store.ErrFull)
	s.wait.Store(&full) // taken, and lost with all that wait in the queue
	decide(t, g, polish)
	decide(t, g, polish)
	require.EqualValues(t, 3, g.Metrics().Unrecorded)
	require.EqualValues(t, 3, g.Metrics().Unrecorded, "each once")
	s.wait.Store(nil)
	decide(t, g, polish)
	require.EqualValues(t, 3, g.Metrics().Unrecorded)
}

// An answer may notice first, or a probe; and so that it is over.
func TestTroubleWithTheLogIsToldOnce(t *testing.T) {
	full := error(store.ErrFull)
	for _, probeFirst := range []bool{true, false} {
		var out bytes.Buffer
		s := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))}
		g := newGate(t, shop, gate.Options{Store: s, Log: slog.New(slog.NewTextHandler(&out, nil))})
		both := func(trouble *error, healthy bool, says string) {
			t.Helper()
			s.submit.Store(trouble)
			s.check.Store(trouble)
			ask := []func(){
				func() { require.Equal(t, healthy, g.Check(context.Background()) == nil) },
				func() { require.Equal(t, healthy, !decide(t, g, polish).Degraded) },
			}
			if !probeFirst {
				slices.Reverse(ask)
			}
			for range 2 {
				ask[0]()
				ask[1]()
				require.Equal(t, 1, strings.Count(out.String(), says), &out)
			}
		}
		both(&full, false, "decisions can't be recorded; defaults go out")
		both(nil, true, "decisions are recorded again")
	}
}

func TestStateThatCannotBeRead(t *testing.T) {
	broken := errors.New("disk on fire")
	s := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))}
	g := newGate(t, capped, gate.Options{Store: s})
	s.read.Store(&broken)
	a := decide(t, g, message("marketing"))
	require.True(t, a.Degraded)
	require.True(t, a.Send)
	_, err := g.Explain([]byte(message("marketing")))
	require.ErrorIs(t, err, broken)
	s.read.Store(nil)
	require.False(t, decide(t, g, message("marketing")).Degraded)
}

func TestBufferedAnswersDoNotWait(t *testing.T) {
	s := newSlow(gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db"))))
	g := newGate(t, shop, gate.Options{Store: s, Ack: gate.AckBuffered})
	a := decide(t, g, polish)
	require.False(t, a.Degraded)
	s.letGo()
}

// window is how many buffered answers may go before the log has the first.
const window = 1024

func TestStuckLogHoldsBufferedAnswersUp(t *testing.T) {
	s := newSlow(gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db"))))
	g := newGate(t, shop, gate.Options{Store: s, Ack: gate.AckBuffered})
	for range window {
		_, err := g.Decide(nil, gate.Request{Body: []byte(polish)})
		require.NoError(t, err)
	}
	ended := make(chan *answer, 1)
	go func() { ended <- decide(t, g, polish) }()
	select {
	case <-ended:
		t.Fatal("it did not wait for the log")
	default:
	}
	s.letGo()
	require.False(t, (<-ended).Degraded)
}

func TestAFailingLogIsNoticedBehindBufferedAnswers(t *testing.T) {
	s := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))}
	g := newGate(t, shop, gate.Options{Store: s, Ack: gate.AckBuffered})
	full := error(store.ErrFull)
	s.wait.Store(&full)
	decide(t, g, polish)
	s.wait.Store(nil)
	for range window - 1 {
		_, err := g.Decide(nil, gate.Request{Body: []byte(polish)})
		require.NoError(t, err)
	}
	require.False(t, g.Metrics().LogBroken, "nobody has asked yet")
	require.False(t, decide(t, g, polish).Degraded, "the first one was lost, not this one")
	require.True(t, g.Metrics().LogBroken)
	require.EqualValues(t, 1, g.Metrics().Unrecorded)
}

func TestCheckAsksTheStore(t *testing.T) {
	log, err := store.Open(filepath.Join(t.TempDir(), "winnow.db"), store.Options{})
	require.NoError(t, err)
	g := newGate(t, shop, gate.Options{Store: gate.SQLite(log), Retention: -1})
	require.NoError(t, g.Check(context.Background()))
	require.NoError(t, log.Close(context.Background()))
	require.ErrorIs(t, g.Check(context.Background()), store.ErrClosed)
	require.True(t, g.Metrics().LogBroken)
	require.True(t, decide(t, g, polish).Degraded, "a closed log is trouble, not an error")
}

func record(t *testing.T, g *gate.Gate, id string) store.Record {
	t.Helper()
	n, err := gate.ParseID(id)
	require.NoError(t, err)
	r, ok, err := g.Decision(context.Background(), n)
	require.NoError(t, err)
	require.True(t, ok, "decision %s is not in the log", id)
	return r
}
