// Package storetest is the kit that every decision log must pass. It says what
// winnow relies on, so that a second store can be held to the same.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
)

// Log is what the kit asks of a store; store.SQLite documents each method.
type Log interface {
	Submit(*store.Record) (store.Ticket, error)
	Append(context.Context, *store.Record) error
	Decision(context.Context, int64) (store.Record, bool, error)
	ByContact(ctx context.Context, contact []byte, before int64, limit int) ([]store.Record, error)
	ByKey(context.Context, []byte) (store.Record, bool, error)
	Recent(ctx context.Context, after int64, limit int) ([]store.Record, error)
	Scan(ctx context.Context, from, to int64, fn func(*store.Record) error) error
	Stats(ctx context.Context, from, to int64) ([]store.Count, error)
	Sent(ctx context.Context, contact []byte, since int64) ([]store.Sent, error)
	Active(ctx context.Context, contact []byte) ([]string, error)
	Erase(ctx context.Context, contact []byte) (int, error)
	Sweep(ctx context.Context, olderThan int64, limit int) (int, error)
	Close(context.Context) error
}

// Record makes a record with every part filled in from n: id n, time n seconds,
// one of ten contacts, a key of its own.
func Record(n int64) *store.Record {
	return &store.Record{
		ID: n, At: n * 1000, Contact: fmt.Appendf(nil, "contact-%d", n%10),
		Bundle: "sha256:b1", Outcome: []string{"send", "suppress"}[n%2], Class: "marketing",
		Tags: []string{"autumn", ""}, Send: n%2 == 0, Replayable: true,
		Facts: fmt.Appendf(nil, `{"n":%d}`, n), Answer: fmt.Appendf(nil, `{"answer":%d}`, n),
		Key: fmt.Appendf(nil, "key-%d", n), KeyBody: fmt.Appendf(nil, "body-%d", n),
	}
}

// Run runs the kit. open gives an empty store; the kit closes it.
func Run(t *testing.T, open func(t *testing.T) Log) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Log)
	}{
		{"a record comes back as it was", roundTrip},
		{"empty parts come back nil", emptyParts},
		{"the caller's buffers are its own", ownBuffers},
		{"the same id replaces", replaces},
		{"an id that comes late is found", comesLate},
		{"a bad record is refused", refuses},
		{"a contact's history is paged", pages},
		{"the first answer under a key wins", firstKey},
		{"the tail follows ids", tails},
		{"a scan is bounded by time", scans},
		{"counts add up", counts},
		{"sends are remembered", sends},
		{"activity follows the latest record", activity},
		{"an erased contact is gone", erases},
		{"a sweep removes the old in portions", sweeps},
		{"closing writes what was accepted", closes},
		{"a wait ends with its context", waits},
		{"many writers at once", writers},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := open(t)
			t.Cleanup(func() { _ = l.Close(context.Background()) })
			c.test(t, l)
		})
	}
}

func add(t *testing.T, l Log, records ...*store.Record) {
	t.Helper()
	var last store.Ticket
	for _, r := range records {
		var err error
		last, err = l.Submit(r)
		require.NoError(t, err)
	}
	require.NoError(t, last.Wait(t.Context()))
}

func addRange(t *testing.T, l Log, from, to int64) {
	t.Helper()
	var list []*store.Record
	for n := from; n <= to; n++ {
		list = append(list, Record(n))
	}
	add(t, l, list...)
}

func ids(list []store.Record) (ids []int64) {
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

func roundTrip(t *testing.T, l Log) {
	r := Record(5)
	r.Degraded = true
	add(t, l, r)
	got, ok, err := l.Decision(t.Context(), 5)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, *r, got)
	_, ok, err = l.Decision(t.Context(), 6)
	require.NoError(t, err)
	require.False(t, ok)
}

func emptyParts(t *testing.T, l Log) {
	add(t, l, &store.Record{ID: 1, Contact: []byte{}, Tags: []string{}, Active: []string{"p"}})
	got, ok, err := l.Decision(t.Context(), 1)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, store.Record{ID: 1}, got)
	list, err := l.ByContact(t.Context(), nil, 0, 0)
	require.NoError(t, err)
	require.Empty(t, list, "an unknown contact has no history")
	_, ok, err = l.ByKey(t.Context(), nil)
	require.NoError(t, err)
	require.False(t, ok)
}

func ownBuffers(t *testing.T, l Log) {
	r := Record(1)
	class := []byte("service")
	r.Class = string(class)
	want := *Record(1)
	want.Class = "service"
	ticket, err := l.Submit(r)
	require.NoError(t, err)
	for _, b := range [][]byte{r.Contact, r.Facts, r.Answer, r.Key, r.KeyBody} {
		for i := range b {
			b[i] = 'X'
		}
	}
	require.NoError(t, ticket.Wait(t.Context()))
	require.NoError(t, ticket.Wait(t.Context()), "a ticket may be waited for again")
	got, _, err := l.Decision(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func replaces(t *testing.T, l Log) {
	first, second := Record(1), Record(1)
	second.Degraded, second.Contact, second.Key = true, []byte("other"), []byte("other-key")
	add(t, l, first, second)
	got, _, err := l.Decision(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, *second, got)
	list, err := l.ByContact(t.Context(), first.Contact, 0, 0)
	require.NoError(t, err)
	require.Empty(t, list)
	_, ok, err := l.ByKey(t.Context(), first.Key)
	require.NoError(t, err)
	require.False(t, ok)
	_, ok, err = l.ByKey(t.Context(), second.Key)
	require.NoError(t, err)
	require.True(t, ok)
}

func comesLate(t *testing.T, l Log) {
	add(t, l, Record(100), Record(30))
	list, err := l.ByContact(t.Context(), Record(30).Contact, 0, 0)
	require.NoError(t, err)
	require.Equal(t, []int64{100, 30}, ids(list))
}

func refuses(t *testing.T, l Log) {
	for _, id := range []int64{0, -1} {
		_, err := l.Submit(&store.Record{ID: id})
		require.ErrorIs(t, err, store.ErrBadRecord)
	}
	_, err := l.Submit(&store.Record{ID: 1, Facts: bytes.Repeat([]byte("x"), 1<<20+1)})
	require.ErrorIs(t, err, store.ErrTooLarge)
	_, err = l.Erase(t.Context(), nil)
	require.ErrorIs(t, err, store.ErrBadRecord)
}

func waits(t *testing.T, l Log) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for n := int64(1); n <= 200; n++ {
		if err := l.Append(ctx, Record(n)); err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	add(t, l, Record(201))
	for n := int64(1); n <= 201; n++ {
		got, ok, err := l.Decision(t.Context(), n)
		require.NoError(t, err)
		require.True(t, ok, "who stops waiting does not take the record back")
		require.Equal(t, *Record(n), got)
	}
}

func writers(t *testing.T, l Log) {
	const each = 50
	var wg sync.WaitGroup
	for w := range int64(16) {
		wg.Go(func() {
			for n := w*each + 1; n <= (w+1)*each; n++ {
				if err := l.Append(context.Background(), Record(n)); err != nil {
					t.Error(err)
				}
				if r, ok, err := l.ByKey(context.Background(), Record(n).Key); err != nil || !ok || r.ID != n {
					t.Error("who waited can look it up:", n, ok, err)
				}
				if _, err := l.Sent(context.Background(), Record(n).Contact, 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	list, err := l.Recent(t.Context(), 0, 10_000)
	require.NoError(t, err)
	require.Len(t, list, 16*each)
}

func closes(t *testing.T, l Log) {
	var tickets []store.Ticket
	for n := int64(1); n <= 500; n++ {
		ticket, err := l.Submit(Record(n))
		require.NoError(t, err)
		tickets = append(tickets, ticket)
	}
	require.NoError(t, l.Close(t.Context()))
	for _, ticket := range tickets {
		require.NoError(t, ticket.Wait(t.Context()))
	}
	_, err := l.Submit(Record(501))
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = l.Erase(t.Context(), []byte("x"))
	require.ErrorIs(t, err, store.ErrClosed)
	_, _, err = l.Decision(t.Context(), 1)
	require.True(t, errors.Is(err, store.ErrClosed), "%v", err)
	require.NoError(t, l.Close(t.Context()), "closing twice is fine")
}
