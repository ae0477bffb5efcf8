package relay_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

func TestDeliversOnceFilledAndWithItsHeaders(t *testing.T) {
	s := sink(t, relaytest.Options{Keep: true})
	b := open(t, s, nil)
	require.False(t, b.accept(letter("anna")).Repeat)
	require.True(t, b.accept(letter("anna")).Repeat, "a repeat is told so")
	b.accept(letter("out1"))
	stats := b.settled()
	require.Equal(t, map[string]int{"anna@example.test": 1}, s.Counts())
	require.EqualValues(t, 1, stats.Sent)
	require.EqualValues(t, 1, stats.Withheld)
	require.EqualValues(t, 1, stats.Repeats)
	mail := string(s.Messages()[0])
	require.Contains(t, mail, "Subject: Yours & first\n")
	require.Contains(t, mail, "<p>Yours &amp; first</p>")
	require.Contains(t, mail, "List-Unsubscribe: <https://l.test/u/anna>\n")
	require.Contains(t, mail, "From: \"Shop\" <news@shop.test>\n")
	require.Regexp(t, `(?m)^Message-ID: <[0-9a-f]{32}@shop\.test>`, mail)
	for _, e := range b.list(relay.Withheld) {
		require.Equal(t, "withheld: suppress by returner", e.Why)
		require.Equal(t, "D2", e.Decision)
	}
	d, err := relay.OpenDesk(b.path, nil)
	require.NoError(t, err)
	defer d.Close()
	_, l, err := d.Show(t.Context(), 1)
	require.NoError(t, err)
	require.Nil(t, l, "the letter is gone once it is sent")
}

func TestMetrics(t *testing.T) {
	s := sink(t, relaytest.Options{Fault: func(n int, _ string) relaytest.Fault {
		return map[bool]relaytest.Fault{true: relaytest.Refuse}[n == 0]
	}})
	b := open(t, s, nil)
	b.accept(letter("anna"))
	b.settled()
	b.accept(letter("ben"))
	b.accept(letter("ben"))
	b.settled()
	reg := prometheus.NewPedanticRegistry()
	require.NoError(t, reg.Register(b.Collector()))
	for name, want := range map[string]string{
		"winnow_relay_letters":         "dead 1, sending 0, unsure 0, waiting 0",
		"winnow_relay_letters_total":   "accepted 2, dead 1, refused 0, repeat 1, sent 1, unsure 0, withheld 0",
		"winnow_relay_oldest_seconds":  " 0",
		"winnow_relay_bad_marks_total": " 0",
		"winnow_relay_broken":          " 0",
	} {
		require.Equal(t, want, gathered(t, reg, name), name)
	}
}

// gathered are a metric's values with their labels.
func gathered(t *testing.T, reg *prometheus.Registry, name string) string {
	t.Helper()
	families, err := reg.Gather()
	require.NoError(t, err)
	var out []string
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			label := ""
			for _, l := range m.GetLabel() {
				label += l.GetValue()
			}
			out = append(out, fmt.Sprint(label, " ", m.GetGauge().GetValue()+m.GetCounter().GetValue()))
		}
	}
	return strings.Join(out, ", ")
}

func TestTransactionalLettersAreNotRepeats(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, nil)
	for range 3 {
		l := letter("anna")
		l.Kind, l.Key = relay.Transactional, ""
		b.accept(l)
	}
	b.settled()
	require.Equal(t, 3, s.Total())
	require.Len(t, s.IDs(), 3)
}

// A test goes out whatever the gate would say, says what that is, and does not
// stand in the way of the real letter.
func TestATestShowsAndDoesNotCount(t *testing.T) {
	s := sink(t, relaytest.Options{Keep: true})
	b := open(t, s, nil)
	l := letter("out1")
	l.Kind, l.Key = relay.Test, ""
	b.accept(l)
	b.settled()
	require.Contains(t, string(s.Messages()[0]), "X-Winnow-Test: withheld: suppress by returner")
	b.gate.asked.Range(func(any, any) bool { t.Fatal("the gate was asked for a decision"); return false })
	require.False(t, b.accept(letter("out1")).Repeat)
	b.settled()
	require.Equal(t, 1, s.Total())
}

func TestDoubtSentAgainIfTheOwnerChose(t *testing.T) {
	s := sink(t, relaytest.Options{Fault: func(n int, _ string) relaytest.Fault {
		return map[bool]relaytest.Fault{true: relaytest.ResetTaken}[n == 0]
	}})
	b := open(t, s, func(o *relay.Options) { o.Resend = true })
	b.accept(letter("anna"))
	b.settled()
	require.Equal(t, 2, s.Total())
	require.Len(t, s.IDs(), 1)
}

// While the server is away letters wait without being counted as failed, and
// all go out when it is back.
func TestServerAway(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, nil)
	s.Down()
	for i := range 20 {
		b.accept(letter(fmt.Sprint("c", i)))
	}
	require.Eventually(t, func() bool {
		list := b.list()
		return strings.HasPrefix(list[0].Why, "no connection to 127.0.0.1:")
	}, waitAtMost, shortly)
	require.NoError(t, s.Up())
	b.settled()
	require.Equal(t, 20, s.Total())
	for _, e := range b.list() {
		require.Equal(t, "sent", e.State)
		require.Equal(t, 1, e.Tries)
	}
}

// TestObjectedWhileItWaited: the letters were decided on before, and all tries of
// a letter get the same answer; yet who objected in between gets nothing more.
func TestObjectedWhileItWaited(t *testing.T) {
	s := sink(t, relaytest.Options{})
	var passed atomic.Int64
	b := open(t, s, func(o *relay.Options) {
		o.Clock = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	})
	s.Down()
	b.accept(letter("anna"))
	b.accept(letter("ben"))
	again := letter("anna")
	again.Kind, again.Key = relay.Test, ""
	b.accept(again)
	require.Eventually(t, func() bool {
		return !slices.ContainsFunc(b.list(), func(e relay.Entry) bool { return e.Why == "" })
	}, waitAtMost, shortly, "all were tried")

	objector := "anna"
	b.gate.barred.Store(&objector)
	b.gate.mute.Store(true)
	passed.Store(int64(2 * time.Minute))
	require.Eventually(t, func() bool {
		n := 0
		for _, e := range b.list() {
			if strings.HasPrefix(e.Why, "the legal suppression list can't be asked") {
				n++
			}
		}
		return n == 2 // the test goes out in any case
	}, waitAtMost, shortly, "no try from before is under way")
	require.NoError(t, s.Up())
	b.gate.mute.Store(false)
	b.settled()
	require.Equal(t, map[string]int{"ben@example.test": 1, "anna@example.test": 1}, s.Counts())
	list := b.list(relay.Withheld)
	require.Len(t, list, 1)
	require.Equal(t, "withheld: on the legal suppression list since the decision", list[0].Why)
	require.Equal(t, "D1", list[0].Decision, "it is that of the first try")
}

// Nobody waits for the answer, so a default answer is not taken at once: not
// while the gate may come back.
func TestAGateInTroubleIsWaitedFor(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, nil)
	b.gate.down.Store(true)
	b.accept(letter("out1"))
	b.accept(letter("anna"))
	require.Eventually(t, func() bool { return b.list()[1].Tries > 2 }, waitAtMost, shortly)
	b.gate.down.Store(false)
	b.settled()
	require.Equal(t, map[string]int{"anna@example.test": 1}, s.Counts())
}

// A letter that winnow itself fails over stops no other, and is reported.
func TestABugStopsOneLetter(t *testing.T) {
	var logged bytes.Buffer
	s := sink(t, relaytest.Options{})
	b := open(t, s, func(o *relay.Options) { o.Workers, o.Log = 1, slog.New(slog.NewTextHandler(&logged, nil)) })
	b.accept(letter("panic1"))
	b.accept(letter("anna"))
	require.Equal(t, 1, b.settled().Unsure)
	require.Equal(t, map[string]int{"anna@example.test": 1}, s.Counts())
	require.Contains(t, b.list(relay.Unsure)[0].Why, "winnow failed over this letter")
	require.NoError(t, b.Close(t.Context()))
	require.Contains(t, logged.String(), "level=ERROR msg=panic letter=1")
	require.NotContains(t, logged.String(), "a bug: panic1", "a panic's value may be a contact's")
}

func TestPatienceEnds(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, func(o *relay.Options) { o.Patience = 50 * time.Millisecond })
	b.gate.down.Store(true)
	b.accept(letter("anna"))
	b.settled()
	require.Equal(t, 1, s.Total(), "the owner's default goes out in the end")
}

func TestGivesUp(t *testing.T) {
	s := sink(t, relaytest.Options{Fault: func(int, string) relaytest.Fault { return relaytest.Busy }})
	b := open(t, s, func(o *relay.Options) { o.GiveUp = 50 * time.Millisecond })
	b.accept(letter("anna"))
	stats := b.settled()
	require.Equal(t, 1, stats.Dead)
	require.Equal(t, "given up: RCPT: 450 try later", b.list()[0].Why)
}

func TestLimitsOfADomain(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, func(o *relay.Options) {
		o.Workers = 8
		o.Limits = map[string]relay.Limit{"": {AtOnce: 1}}
	})
	for i := range 60 {
		b.accept(letter(fmt.Sprint("c", i)))
	}
	b.settled()
	require.Equal(t, 60, s.Total())
	require.Equal(t, 1, s.Most())
}

func TestRateOfADomain(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, func(o *relay.Options) { o.Limits = map[string]relay.Limit{"example.test": {Rate: 50}} })
	start := time.Now()
	for i := range 75 {
		b.accept(letter(fmt.Sprint("c", i)))
	}
	b.settled()
	require.Equal(t, 75, s.Total())
	require.Greater(t, time.Since(start), 400*time.Millisecond, "50 at once, then 50 a second")
}

func TestOneRelayAtATime(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, nil)
	_, err := relay.Open(b.path, b.opts)
	require.ErrorIs(t, err, relay.ErrLocked)
	require.NoError(t, b.Close(t.Context()))
	_, err = b.Accept(t.Context(), letter("anna"))
	require.ErrorIs(t, err, relay.ErrClosed)
	again, err := relay.Open(b.path, b.opts)
	require.NoError(t, err)
	require.NoError(t, again.Close(t.Context()))
}

// A full disk refuses letters, so that the platform hears of it; what was
// accepted still goes out.
func TestNoSpaceLeft(t *testing.T) {
	s := sink(t, relaytest.Options{})
	b := open(t, s, func(o *relay.Options) { o.MaxBytes = 200 << 10 })
	s.Down()
	accepted := 0
	for i := range 100 {
		l := letter(fmt.Sprint("c", i))
		l.Body = strings.Repeat("x", 10_000)
		_, err := b.Accept(t.Context(), l)
		if err != nil {
			require.ErrorIs(t, err, relay.ErrFull)
			break
		}
		accepted++
	}
	require.Greater(t, accepted, 3)
	require.Less(t, accepted, 100)
	require.NoError(t, s.Up())
	b.settled()
	require.Equal(t, accepted, s.Total())
	b.accept(letter("later")) // there is room again
	b.settled()
	require.Equal(t, accepted+1, s.Total())
}
