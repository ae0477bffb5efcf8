package store_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/store"
)

// model is the log as a map.
type model struct {
	s       *store.SQLite
	path    string
	opts    store.Options
	records map[int64]store.Record
	active  map[string][]string
	nextID  int64
}

// TestModel does anything in any order, with an index so small that runs are
// flushed and merged all the time, and compares with a map.
func TestModel(t *testing.T) {
	dir := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		m := &model{
			path:    filepath.Join(dir, fmt.Sprintf("%d.db", round)),
			records: map[int64]store.Record{}, active: map[string][]string{}, nextID: 100,
			opts: store.Options{Relaxed: true, MaxBatch: rapid.IntRange(1, 20).Draw(rt, "batch")}.
				WithIndex(rapid.IntRange(1, 40).Draw(rt, "flush"), rapid.IntRange(1, 8).Draw(rt, "chunk")),
		}
		m.open(rt)
		defer func() { _ = m.s.Close(context.Background()) }()
		rt.Repeat(map[string]func(*rapid.T){
			"submit": m.submit, "erase": m.erase, "sweep": m.sweep, "reopen": m.reopen, "": m.check,
		})
		m.checkAll(rt)
	})
}

func (m *model) open(t *rapid.T) {
	var err error
	m.s, err = store.Open(m.path, m.opts)
	require.NoError(t, err)
}

func contactOf(t *rapid.T) []byte {
	return fmt.Appendf(nil, "c%d", rapid.IntRange(0, 6).Draw(t, "contact"))
}

func (m *model) submit(t *rapid.T) {
	var last store.Ticket
	for range rapid.IntRange(1, 25).Draw(t, "n") {
		m.nextID += rapid.Int64Range(1, 3).Draw(t, "gap")
		r := store.Record{
			ID: m.nextID, Contact: contactOf(t), Outcome: rapid.SampledFrom([]string{"send", "hold"}).Draw(t, "outcome"),
			Answer: rapid.SliceOfN(rapid.Byte(), 1, 30).Draw(t, "answer"), Send: rapid.Bool().Draw(t, "send"),
		}
		if rapid.IntRange(0, 4).Draw(t, "old") == 0 { // late or replacing
			r.ID = rapid.Int64Range(1, m.nextID).Draw(t, "id")
		}
		r.At = r.ID*60_000 + rapid.Int64Range(-100_000, 100_000).Draw(t, "skew")
		if rapid.Bool().Draw(t, "keyed") {
			r.Key = fmt.Appendf(nil, "k%d", rapid.IntRange(0, 50).Draw(t, "key"))
		}
		switch rapid.IntRange(0, 5).Draw(t, "active") {
		case 0:
			r.Active = []string{"p", r.Outcome}
			m.active[string(r.Contact)] = r.Active
		case 1:
			r.Active = []string{}
			delete(m.active, string(r.Contact))
		}
		var err error
		last, err = m.s.Submit(&r)
		require.NoError(t, err)
		r.Active = nil
		m.records[r.ID] = r
	}
	if rapid.Bool().Draw(t, "wait") {
		require.NoError(t, last.Wait(context.Background()))
	}
}

func (m *model) erase(t *rapid.T) {
	c := contactOf(t)
	n, err := m.s.Erase(context.Background(), c)
	require.NoError(t, err)
	for id, r := range m.records {
		if bytes.Equal(r.Contact, c) {
			delete(m.records, id)
			n--
		}
	}
	require.Zero(t, n)
	delete(m.active, string(c))
}

func (m *model) sweep(t *rapid.T) {
	before := rapid.Int64Range(0, m.nextID*60_000).Draw(t, "before")
	limit := rapid.IntRange(0, 30).Draw(t, "limit")
	n, err := m.s.Sweep(context.Background(), before, limit)
	require.NoError(t, err)
	left := map[string]bool{}
	touched := map[string]bool{}
	for _, id := range m.ids() {
		r := m.records[id]
		if r.At < before && n > 0 {
			n--
			touched[string(r.Contact)] = true
			delete(m.records, id)
			continue
		}
		left[string(r.Contact)] = true
	}
	require.Zero(t, n)
	for c := range touched {
		if !left[c] {
			delete(m.active, c)
		}
	}
}

func (m *model) reopen(t *rapid.T) {
	require.NoError(t, m.s.Close(context.Background()))
	m.open(t)
}

func (m *model) ids() (ids []int64) {
	for id := range m.records {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// flush waits until everything submitted is visible.
func (m *model) flush(t *rapid.T) {
	_, err := m.s.Erase(context.Background(), []byte("nobody"))
	require.NoError(t, err)
}

// check looks at one contact and one key.
func (m *model) check(t *rapid.T) {
	m.flush(t)
	m.checkContact(t, contactOf(t), rapid.Int64Range(0, m.nextID*60_000).Draw(t, "since"))
	m.checkKey(t, fmt.Appendf(nil, "k%d", rapid.IntRange(0, 50).Draw(t, "key")))
}

func (m *model) checkAll(t *rapid.T) {
	m.flush(t)
	for c := range 7 {
		m.checkContact(t, fmt.Appendf(nil, "c%d", c), 0)
	}
	for k := range 51 {
		m.checkKey(t, fmt.Appendf(nil, "k%d", k))
	}
	got, err := m.s.Recent(context.Background(), 0, 1<<20)
	require.NoError(t, err)
	require.Len(t, got, len(m.records))
	for _, r := range got {
		require.Equal(t, m.records[r.ID], r)
	}
	from, to := rapid.Int64Range(0, m.nextID*60_000).Draw(t, "from"), rapid.Int64Range(0, m.nextID*60_000).Draw(t, "to")
	n, want := 0, 0
	for _, r := range m.records {
		if r.At >= from && r.At < to {
			want++
		}
	}
	require.NoError(t, m.s.Scan(context.Background(), from, to, func(*store.Record) error { n++; return nil }))
	require.Equal(t, want, n)
}

func (m *model) checkContact(t *rapid.T, c []byte, since int64) {
	var want []store.Record
	var sent []store.Sent
	for _, id := range m.ids() {
		if r := m.records[id]; bytes.Equal(r.Contact, c) {
			want = append(want, r)
			if r.Send && r.At >= since {
				sent = append(sent, store.Sent{At: r.At})
			}
		}
	}
	slices.Reverse(want)
	got, err := m.s.ByContact(context.Background(), c, 0, 0)
	require.NoError(t, err)
	require.Equal(t, want, got)
	slices.SortStableFunc(sent, func(a, b store.Sent) int { return int(a.At - b.At) })
	gotSent, err := m.s.Sent(context.Background(), c, since)
	require.NoError(t, err)
	require.Equal(t, sent, gotSent)
	active, err := m.s.Active(context.Background(), c)
	require.NoError(t, err)
	require.Equal(t, m.active[string(c)], active)
}

func (m *model) checkKey(t *rapid.T, key []byte) {
	var want store.Record
	for _, id := range m.ids() {
		if r := m.records[id]; bytes.Equal(r.Key, key) {
			want = r
			break
		}
	}
	got, ok, err := m.s.ByKey(context.Background(), key)
	require.NoError(t, err)
	require.Equal(t, want.ID != 0, ok)
	require.Equal(t, want, got)
}
