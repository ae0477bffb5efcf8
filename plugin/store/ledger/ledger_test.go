package ledger_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const ada = "ada@example.test"

// No event is not zero, unless somebody listened for the whole window.
func TestCountsAreKnownOnceTheWindowHasPassed(t *testing.T) {
	at := noon()
	l := fresh(t, ledger.Options{Clock: func() time.Time { return at }})
	clicks := func(email string, created time.Time) any {
		return value(t, l, names(1), "engagement.clicks_90d", "", email, at, created)
	}
	require.Nil(t, clicks(ada, time.Time{}))
	put(t, l, ledger.Event{Source: "esp", ID: "1", Kind: ledger.Clicked, Email: ada})
	require.Nil(t, clicks(ada, time.Time{}), "what was clicked before is not known")
	require.Equal(t, noon(), value(t, l, names(1), "engagement.last_click_at", "", ada, at, time.Time{}))
	require.EqualValues(t, 0, clicks("new@example.test", at.Add(time.Hour)), "there was nothing to miss of a younger contact")
	at = at.Add(89 * day)
	require.Nil(t, clicks(ada, time.Time{}))
	put(t, l, ledger.Event{Source: "esp", ID: "2", Kind: ledger.Clicked, Email: ada})
	at = at.Add(day)
	require.EqualValues(t, 1, clicks(ada, time.Time{}), "the first one is 90 days old")
	require.EqualValues(t, 0, clicks("bob@example.test", time.Time{}))
	require.Nil(t, value(t, l, names(1), "engagement.opens_90d", "", ada, at, time.Time{}), "the source never told of an open")
}

func TestOrdersAreKnownWhenAllOfThemCameIn(t *testing.T) {
	l := fresh(t, ledger.Options{})
	get := func(path, id, email string) any { return value(t, l, names(1), path, id, email, noon(), time.Time{}) }
	order := func(id string, amount float64, at time.Time) ledger.Event {
		return ledger.Event{Source: "shop", ID: "o" + id, OrderID: id, Kind: ledger.Order, ContactID: "7", Email: ada, Amount: amount, Currency: "pln", At: at}
	}
	put(t, l, order("1", 19.99, noon().Add(-400*day)), order("2", 30.01, noon().Add(-3*day)), order("2", 30.01, noon().Add(-2*day)))
	require.Nil(t, get("orders.count", "", ada))
	require.Equal(t, noon().Add(-3*day), get("orders.last_at", "", ada))
	complete := order("3", 50, noon().Add(-day))
	complete.Complete = true
	put(t, l, complete)
	for path, want := range map[string]any{
		"orders.count": int64(3), "orders.total": 100.0, "orders.value_12m": 80.01, "orders.aov": 100.0 / 3,
		"orders.gross.currency": "PLN", "orders.first_at": noon().Add(-400 * day), "orders.gap_days_now": 1.0,
		"orders.returns_count": int64(0), "orders.net.amount": 100.0,
	} {
		require.Equal(t, want, get(path, "", ada), path)
		require.Equal(t, want, get(path, "7", ""), "%s by the customer's number", path)
		require.Equal(t, want, get(path, "7", ada), "%s by both", path)
	}
	refund := func(id, order string, amount float64) ledger.Event {
		return ledger.Event{Source: "shop", ID: id, OrderID: order, Kind: ledger.Return, Amount: amount}
	}
	put(t, l, refund("r1", "3", 20), refund("r2", "3", 5), refund("r1", "3", 20))
	require.Equal(t, int64(1), get("orders.returns_count", "", ada), "two parts of one order")
	require.Equal(t, 75.0, get("orders.net.amount", "", ada))
	put(t, l, refund("r3", "4", 10)) // its order has not come
	require.Equal(t, 75.0, get("orders.net.amount", "", ada))
	put(t, l, order("4", 10, noon()))
	require.Equal(t, int64(2), get("orders.returns_count", "", ada))
	require.Equal(t, 75.0, get("orders.net.amount", "", ada))
	euro := order("5", 10, noon())
	euro.Currency = "EUR"
	put(t, l, euro)
	require.Nil(t, get("orders.total", "", ada), "a sum of two currencies")
	require.Equal(t, int64(5), get("orders.count", "", ada))
}

// A number that comes alone at first takes what it knows along to the address.
func TestANumberLeadsToTheAddress(t *testing.T) {
	l := fresh(t, ledger.Options{})
	o := ledger.Event{Source: "shop", ID: "1", OrderID: "1", Kind: ledger.Order, ContactID: "7", Complete: true, Amount: 1}
	put(t, l, o)
	o.ID, o.OrderID, o.Email = "2", "2", ada
	put(t, l, o)
	o.ID, o.OrderID, o.Email = "3", "3", ""
	put(t, l, o)
	for _, who := range [][2]string{{"7", ""}, {"", ada}, {"7", ada}} {
		require.Equal(t, int64(3), value(t, l, names(1), "orders.count", who[0], who[1], noon(), time.Time{}), who)
	}
	n, err := l.Forget(context.Background(), "", ada)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	put(t, l, o)
	require.Equal(t, int64(0), value(t, l, names(1), "orders.count", "7", "", noon(), time.Time{}), "a repeat brought back who was erased")
}

func TestTheLegalList(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "events")
	l := open(t, path, ledger.Options{})
	ctx, n := context.Background(), names(1)
	event := func(id string, k ledger.Kind, at time.Time) ledger.Event {
		return ledger.Event{Source: "esp", ID: id, Kind: k, ContactID: "7", Email: ada, At: at, Channel: "email"}
	}
	put(t, l, event("1", ledger.Unsubscribe, noon().Add(-time.Hour)))
	for _, who := range [][2]string{{"7", ""}, {"", "ADA@example.test"}, {"7", "other@example.test"}} {
		require.Equal(t, ledger.ReasonUnsubscribe, barred(l, n, "email", who[0], who[1]), who)
		require.Equal(t, ledger.ReasonUnsubscribe, barred(l, n, "", who[0], who[1]), who)
		require.Empty(t, barred(l, n, "sms", who[0], who[1]), who)
	}
	require.Empty(t, barred(l, n, "email", "8", "bob@example.test"))

	resub := event("2", ledger.Resubscribe, noon().Add(-2*time.Hour))
	resub.ContactID = ""
	put(t, l, resub)
	require.Equal(t, ledger.ReasonUnsubscribe, barred(l, n, "email", "7", ""), "an older yes came late")
	resub.ID, resub.At = "3", noon().Add(-time.Minute)
	put(t, l, resub)
	require.Empty(t, barred(l, n, "email", "7", ""), "they came back, by their address alone")
	put(t, l, event("4", ledger.Unsubscribe, noon().Add(-time.Hour)))
	require.Empty(t, barred(l, n, "email", "7", ""), "an older no came late")

	put(t, l, event("5", ledger.Complaint, noon()), event("6", ledger.Resubscribe, noon()))
	require.Equal(t, ledger.ReasonComplaint, barred(l, n, "email", "7", ""), "who complained is not brought back by an event")
	soft := event("7", ledger.HardBounce, noon())
	soft.Email, soft.ContactID, soft.CountOnly = "count@example.test", "", true
	put(t, l, soft)
	require.Empty(t, barred(l, n, "email", "", "count@example.test"))

	_, err := l.Forget(ctx, "7", ada)
	require.NoError(t, err)
	require.Equal(t, ledger.ReasonComplaint, barred(l, n, "email", "7", ""), "erasing somebody must not let mail to them again")

	// Another process takes them off, with a reason; this one sees it at its next look.
	other := open(t, path, ledger.Options{})
	require.ErrorIs(t, other.Lift(ctx, "anna", "", "", ada, ""), ledger.ErrBadSuppression)
	require.ErrorIs(t, other.Lift(ctx, "anna", "x", "", "bob@example.test", ""), ledger.ErrNotListed)
	require.NoError(t, other.Lift(ctx, "anna", "asked for it in writing on 2026-11-22", "", ada, ""))
	require.Empty(t, barred(other, n, "email", "7", ada))
	require.NoError(t, other.Suppress(ctx, "anna", "letter", ledger.Suppression{Email: "new@example.test", Reason: ledger.ReasonObjection}))
	put(t, l, event("8", ledger.Sent, noon())) // any commit looks
	require.Empty(t, barred(l, n, "email", "7", ada))
	require.Equal(t, ledger.ReasonObjection, barred(l, n, "sms", "", "new@example.test"))

	var actions []string
	require.NoError(t, l.Changes(ctx, 100, func(c ledger.Change) error {
		actions = append(actions, c.Action+" "+string(c.Reason)+" "+c.Who+" "+c.Why)
		return nil
	}))
	require.Equal(t, "add objection anna letter", actions[0])
	require.Equal(t, "remove  anna asked for it in writing on 2026-11-22", actions[1])
	require.Len(t, actions, 8)
}

// A file of hash keys that was lost and made again has a first version, too.
func TestAnotherHashKeyOfTheSameVersionIsToldOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	l := open(t, path, ledger.Options{})
	put(t, l, ledger.Event{Source: "esp", ID: "1", Kind: ledger.Unsubscribe, Email: ada})
	other := func(id, email string) (byID, byEmail []ledger.Key) { return names(1)(id+"?", email+"?") }
	_, err := ledger.Open(path, ledger.Options{Names: other})
	require.ErrorIs(t, err, ledger.ErrOtherKey)
	open(t, path, ledger.Options{})
}

// The list is kept under keyed hashes: without the key, refuse to start rather
// than write to everybody on it.
func TestALostHashKeyIsToldOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	l := open(t, path, ledger.Options{})
	put(t, l, ledger.Event{Source: "esp", ID: "1", Kind: ledger.Unsubscribe, Email: ada})
	_, err := ledger.Open(path, ledger.Options{Names: names(2)})
	require.ErrorIs(t, err, ledger.ErrLostKey)
	rotated := open(t, path, ledger.Options{Names: names(2, 1)})
	require.Equal(t, ledger.ReasonUnsubscribe, barred(rotated, names(2, 1), "", "", ada))
	put(t, rotated, ledger.Event{Source: "esp", ID: "2", Kind: ledger.Resubscribe, Email: ada, At: noon().Add(time.Hour)})
	require.Equal(t, ledger.ReasonUnsubscribe, barred(rotated, names(2, 1), "", "", ada), "at the same moment, no counts")
}

// Two that take events in would not see each other's; who looks is not kept out.
func TestOneServerTakesEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	serving := ledger.Options{Names: names(1), Sources: []string{"esp"}}
	l, err := ledger.Open(path, serving)
	require.NoError(t, err)
	_, err = ledger.Open(path, serving)
	require.ErrorIs(t, err, ledger.ErrLocked)
	open(t, path, ledger.Options{})
	require.NoError(t, l.Close())
	l, err = ledger.Open(path, serving)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}

// Who was away for longer than platforms try again, or takes a source out and in
// again, does not know what it missed.
func TestGapsBeginWindowsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	at := noon()
	run := func(sources []string, do func(*ledger.Ledger)) {
		l, err := ledger.Open(path, ledger.Options{Names: names(1), Sources: sources, Clock: func() time.Time { return at }})
		require.NoError(t, err)
		do(l)
		require.NoError(t, l.Close())
	}
	clicks := func(l *ledger.Ledger) any {
		return value(t, l, names(1), "engagement.clicks_90d", "", ada, at, time.Time{})
	}
	n := 0
	click := func(l *ledger.Ledger) {
		n++
		put(t, l, ledger.Event{Source: "esp", ID: string(rune('a' + n)), Kind: ledger.Clicked, Email: ada})
	}
	esp := []string{"esp"}
	run(esp, func(l *ledger.Ledger) {
		click(l)
		at = at.Add(100 * day)
		require.EqualValues(t, 0, clicks(l))
	})
	at = at.Add(time.Hour)
	run(esp, func(l *ledger.Ledger) { require.EqualValues(t, 0, clicks(l)) })
	at = at.Add(5 * time.Hour)
	run(esp, func(l *ledger.Ledger) {
		require.Nil(t, clicks(l))
		click(l)
		at = at.Add(91 * day)
		require.EqualValues(t, 0, clicks(l))
	})
	run([]string{}, func(l *ledger.Ledger) { require.Nil(t, clicks(l)) })
}

func TestRetention(t *testing.T) {
	at := noon()
	l := fresh(t, ledger.Options{Clock: func() time.Time { return at }, Retention: 200 * day})
	put(t, l, ledger.Event{Source: "shop", ID: "1", OrderID: "1", Kind: ledger.Order, Email: ada, Complete: true},
		ledger.Event{Source: "shop", ID: "2", Kind: ledger.Unsubscribe, Email: ada})
	count := func(email string) any {
		return value(t, l, names(1), "orders.count", "", email, at, time.Time{})
	}
	require.EqualValues(t, 0, count("bob@example.test"))
	at = at.Add(201 * day)
	n, err := l.Sweep(context.Background())
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.Nil(t, count(ada), "what was forgotten is not zero")
	require.Nil(t, count("bob@example.test"), "nor can those who never bought be told from those forgotten")
	require.Equal(t, ledger.ReasonUnsubscribe, barred(l, names(1), "", "", ada), "the legal list does not expire")
}

// Who comes back after they were forgotten is not known to have bought only since.
func TestWhoComesBackAfterTheyWereForgotten(t *testing.T) {
	at := noon()
	l := fresh(t, ledger.Options{Clock: func() time.Time { return at }, Retention: 30 * day})
	order := func(id, email string) {
		t.Helper()
		put(t, l, ledger.Event{Source: "shop", ID: id, OrderID: id, Kind: ledger.Order, Email: email, Complete: true},
			ledger.Event{Source: "esp", ID: id, Kind: ledger.Clicked, Email: email})
	}
	about := func(path, email string, created time.Time) any {
		t.Helper()
		return value(t, l, names(1), path, "", email, at, created)
	}
	const bob, eve = "bob@example.test", "eve@example.test"
	order("1", ada)
	order("2", bob)
	at = at.Add(20 * day)
	order("3", bob)
	at = at.Add(20 * day)
	n, err := l.Sweep(context.Background())
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	order("4", ada)
	at = at.Add(51 * day)
	order("5", eve)
	require.EqualValues(t, 2, about("orders.count", bob, time.Time{}), "whom nobody forgot")
	require.Nil(t, about("orders.count", ada, time.Time{}))
	require.Nil(t, about("orders.count", eve, time.Time{}), "she may have been here before")
	require.EqualValues(t, 1, about("orders.count", eve, at.Add(-time.Hour)), "she came to be after that")
	require.Nil(t, about("engagement.clicks_90d", ada, time.Time{}), "of those in the window some may be forgotten")
	require.Nil(t, about("engagement.clicks_90d", "nobody@example.test", time.Time{}))
	at = at.Add(40 * day)
	require.EqualValues(t, 1, about("engagement.clicks_90d", eve, time.Time{}), "the window is past what was forgotten")
}

func TestBadEvents(t *testing.T) {
	l := fresh(t, ledger.Options{})
	good := ledger.Event{Source: "s", ID: "1", Kind: ledger.Order, Email: ada}
	for why, change := range map[string]func(*ledger.Event){
		"kind":   func(e *ledger.Event) { e.Kind = 0 },
		"id":     func(e *ledger.Event) { e.ID = "" },
		"nobody": func(e *ledger.Event) { e.Email = "" },
		"money":  func(e *ledger.Event) { e.Amount = 1e15 },
	} {
		bad := good
		change(&bad)
		require.ErrorIs(t, l.Put(context.Background(), good, bad), ledger.ErrBadEvent, why)
	}
	require.Zero(t, l.Metrics().Events["order"], "a refused batch left something")
	require.NoError(t, l.Close())
	require.ErrorIs(t, l.Put(context.Background(), good), ledger.ErrClosed)
}
