package storetest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
)

func pages(t *testing.T, l Log) {
	addRange(t, l, 1, 1000)
	contact := Record(3).Contact
	list, err := l.ByContact(t.Context(), contact, 0, 3)
	require.NoError(t, err)
	require.Equal(t, []int64{993, 983, 973}, ids(list))
	list, err = l.ByContact(t.Context(), contact, 973, 2)
	require.NoError(t, err)
	require.Equal(t, []int64{963, 953}, ids(list))
	list, err = l.ByContact(t.Context(), contact, 0, 0)
	require.NoError(t, err)
	require.Len(t, list, 100)
	list, err = l.ByContact(t.Context(), []byte("nobody"), 0, 10)
	require.NoError(t, err)
	require.Empty(t, list)
}

func firstKey(t *testing.T, l Log) {
	a, b := Record(1), Record(2)
	b.Key = a.Key
	add(t, l, a, b)
	got, ok, err := l.ByKey(t.Context(), a.Key)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, int64(1), got.ID)
}

func tails(t *testing.T, l Log) {
	addRange(t, l, 1, 30)
	list, err := l.Recent(t.Context(), 10, 3)
	require.NoError(t, err)
	require.Equal(t, []int64{11, 12, 13}, ids(list))
	list, err = l.Recent(t.Context(), -1, 2)
	require.NoError(t, err)
	require.Equal(t, []int64{29, 30}, ids(list))
	list, err = l.Recent(t.Context(), 30, 5)
	require.NoError(t, err)
	require.Empty(t, list)
}

func scans(t *testing.T, l Log) {
	addRange(t, l, 1, 3000) // 50 minutes: several spans, several pages
	count := func(from, to int64) (n int) {
		require.NoError(t, l.Scan(t.Context(), from, to, func(r *store.Record) error {
			require.True(t, r.At >= from && r.At < to)
			n++
			return nil
		}))
		return n
	}
	require.Equal(t, 3000, count(0, 1<<60))
	require.Equal(t, 1, count(2000, 2001))
	require.Equal(t, 2500, count(100_000, 2_600_000))
	require.Zero(t, count(5_000_000, 6_000_000))
	stop := errors.New("stop")
	require.Equal(t, stop, l.Scan(t.Context(), 0, 1<<60, func(*store.Record) error { return stop }))
}

func counts(t *testing.T, l Log) {
	addRange(t, l, 1, 12_001)
	got, err := l.Stats(t.Context(), 0, 1<<60)
	require.NoError(t, err)
	require.Equal(t, []store.Count{
		{Outcome: "suppress", Class: "marketing", Bundle: "sha256:b1", N: 6001},
		{Outcome: "send", Class: "marketing", Bundle: "sha256:b1", Send: true, N: 6000},
	}, got)
	got, err = l.Stats(t.Context(), 4000, 6000)
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, int64(1), got[0].N)
}

func sends(t *testing.T, l Log) {
	contact := []byte("anna")
	rec := func(id int64, send, degraded bool, class string, tags ...string) *store.Record {
		return &store.Record{ID: id, At: id * 1000, Contact: contact, Send: send, Degraded: degraded, Class: class, Tags: tags}
	}
	add(t, l, rec(1, true, false, "marketing", "a", "b"), rec(2, false, false, "marketing"),
		rec(3, true, true, "marketing"), rec(4, true, false, "service"), Record(6))
	got, err := l.Sent(t.Context(), contact, 0)
	require.NoError(t, err)
	require.Equal(t, []store.Sent{{At: 1000, Class: "marketing", Tags: []string{"a", "b"}}, {At: 4000, Class: "service"}}, got)
	got, err = l.Sent(t.Context(), contact, 1001)
	require.NoError(t, err)
	require.Equal(t, []store.Sent{{At: 4000, Class: "service"}}, got)
}

func activity(t *testing.T, l Log) {
	rec := func(id int64, active []string) *store.Record {
		return &store.Record{ID: id, Contact: []byte("anna"), Active: active}
	}
	check := func(want ...string) {
		t.Helper()
		got, err := l.Active(t.Context(), []byte("anna"))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	check()
	add(t, l, rec(1, []string{"a"}), rec(2, []string{"serial-returner", "b"}))
	check("serial-returner", "b")
	add(t, l, rec(3, nil))
	check("serial-returner", "b")
	add(t, l, rec(4, []string{}))
	check()
}

func erases(t *testing.T, l Log) {
	addRange(t, l, 1, 100)
	r := Record(103)
	r.Active = []string{"p"}
	ticket, err := l.Submit(r)
	require.NoError(t, err)
	n, err := l.Erase(t.Context(), r.Contact)
	require.NoError(t, err)
	require.Equal(t, 11, n, "what was submitted before goes too")
	require.NoError(t, ticket.Wait(t.Context()))

	list, err := l.ByContact(t.Context(), r.Contact, 0, 0)
	require.NoError(t, err)
	require.Empty(t, list)
	_, ok, err := l.ByKey(t.Context(), r.Key)
	require.NoError(t, err)
	require.False(t, ok)
	active, err := l.Active(t.Context(), r.Contact)
	require.NoError(t, err)
	require.Empty(t, active)
	list, err = l.Recent(t.Context(), 0, 1000)
	require.NoError(t, err)
	require.Len(t, list, 90, "nobody else is touched")

	n, err = l.Erase(t.Context(), r.Contact)
	require.NoError(t, err)
	require.Zero(t, n)
	add(t, l, Record(113))
	list, err = l.ByContact(t.Context(), r.Contact, 0, 0)
	require.NoError(t, err)
	require.Equal(t, []int64{113}, ids(list), "a later record is a new beginning")
}

func sweeps(t *testing.T, l Log) {
	addRange(t, l, 1, 2000)
	gone, stays := Record(2001), Record(2002)
	gone.At, gone.Contact, gone.Active = 1, []byte("gone"), []string{"p"}
	stays.Active = []string{"p"}
	add(t, l, gone, stays)
	n, err := l.Sweep(t.Context(), 1_000_000, 700)
	require.NoError(t, err)
	require.Equal(t, 700, n)
	n, err = l.Sweep(t.Context(), 1_000_000, 0)
	require.NoError(t, err)
	require.Equal(t, 300, n) // 701 to 999, and gone
	list, err := l.Recent(t.Context(), 0, 5000)
	require.NoError(t, err)
	require.Len(t, list, 1002)
	require.Equal(t, int64(1000), list[0].ID)
	for contact, want := range map[string][]string{"gone": nil, string(stays.Contact): {"p"}} {
		got, err := l.Active(t.Context(), []byte(contact))
		require.NoError(t, err)
		require.Equal(t, want, got, contact)
	}
	n, err = l.Sweep(t.Context(), 1_000_000, 0)
	require.NoError(t, err)
	require.Zero(t, n)
}
