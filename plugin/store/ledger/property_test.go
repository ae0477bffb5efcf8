package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// model is the plainest way to know what the ledger must: all events, once.
type model struct {
	seen   map[string]bool
	events []ledger.Event
}

func (m *model) put(e ledger.Event) {
	id := e.Kind.String() + e.ID
	if e.Kind == ledger.Order {
		id = "order" + e.OrderID
	}
	if !m.seen[id] {
		m.seen[id] = true
		m.events = append(m.events, e)
	}
}

func (m *model) count(email string, k ledger.Kind, from, to time.Time) (n int64, sum float64) {
	for _, e := range m.events {
		if e.Email == email && e.Kind == k && e.At.After(from) && !e.At.After(to) {
			n++
			sum += e.Amount
		}
	}
	return n, sum
}

// barred goes by the latest word about each reason; of two at once, no counts.
func (m *model) barred(email string) ledger.Reason {
	var no, yes time.Time
	var others ledger.Reason
	for _, e := range m.events {
		if e.Email != email {
			continue
		}
		switch e.Kind {
		case ledger.Unsubscribe:
			if e.At.After(no) {
				no = e.At
			}
		case ledger.Resubscribe:
			if e.At.After(yes) {
				yes = e.At
			}
		case ledger.Complaint:
			others = ledger.ReasonComplaint
		case ledger.HardBounce:
			if others == "" {
				others = ledger.ReasonHardBounce
			}
		}
	}
	if !no.IsZero() && !no.Before(yes) {
		return ledger.ReasonUnsubscribe
	}
	return others
}

func drawEvent(t *rapid.T) ledger.Event {
	e := ledger.Event{
		Source: "s", Kind: ledger.Kind(rapid.IntRange(1, 11).Draw(t, "kind")), ID: fmt.Sprint(rapid.IntRange(0, 30).Draw(t, "id")),
		Email: fmt.Sprintf("p%d@example.test", rapid.IntRange(0, 2).Draw(t, "who")), Complete: true,
		At:     noon().Add(-time.Duration(rapid.IntRange(0, 10000).Draw(t, "hours ago")) * time.Hour),
		Amount: float64(rapid.IntRange(0, 100000).Draw(t, "cents")) / 100, Currency: "PLN",
	}
	if e.Kind == ledger.Order || e.Kind == ledger.Return || e.Kind == ledger.Cancel {
		e.OrderID = e.ID
	}
	return e
}

// Whatever comes, however often, in whatever order and in whatever pieces, and
// with restarts in between: counts and the legal list are those of the model.
func TestLedgerIsTheModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := rapid.StringMatching(`[a-z]{12}`).Draw(rt, "file")
		path = t.TempDir() + "/" + path
		o := ledger.Options{Names: names(1), Sources: []string{"s"}, Clock: noon}
		l, err := ledger.Open(path, o)
		require.NoError(rt, err)
		defer func() { require.NoError(rt, l.Close()) }()
		m := model{seen: map[string]bool{}}
		for range rapid.IntRange(1, 4).Draw(rt, "calls") {
			events := rapid.SliceOfN(rapid.Custom(drawEvent), 0, 25).Draw(rt, "events")
			require.NoError(rt, l.Put(t.Context(), events...))
			for _, e := range events {
				m.put(e)
			}
			if rapid.Bool().Draw(rt, "restart") {
				require.NoError(rt, l.Close())
				l, err = ledger.Open(path, o)
				require.NoError(rt, err)
			}
		}
		for i := range 3 {
			agree(t, rt, l, &m, fmt.Sprintf("p%d@example.test", i))
		}
	})
}

func agree(t *testing.T, rt *rapid.T, l *ledger.Ledger, m *model, who string) {
	start := time.Time{}
	get := func(path string, created time.Time) any {
		return value(t, l, names(1), path, "", who, noon(), created)
	}
	require.Equal(rt, m.barred(who), barred(l, names(1), "email", "", who))
	if n, sum := m.count(who, ledger.Order, start, noon()); get("orders.count", start) != nil {
		require.Equal(rt, n, get("orders.count", start))
		require.InDelta(rt, sum, get("orders.total", start), 1e-6)
		_, sum = m.count(who, ledger.Order, noon().Add(-365*day), noon())
		require.InDelta(rt, sum, get("orders.value_12m", start), 1e-6)
	} else {
		require.Zero(rt, n)
	}
	for path, k := range map[string]ledger.Kind{
		"engagement.sent_90d": ledger.Sent, "engagement.opens_90d": ledger.Opened, "engagement.clicks_90d": ledger.Clicked,
	} {
		n, _ := m.count(who, k, noon().Add(-90*day), noon())
		if got := get(path, noon()); got != nil { // created now: younger than any source
			require.Equal(rt, n, got, path)
		} else {
			all, _ := m.count(who, k, start, noon())
			require.Zero(rt, all, "%s is unknown though events came", path)
		}
	}
}
