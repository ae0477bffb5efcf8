package store_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules/cputime"
)

// fill makes r the i-th of a stream of records of about 600 bytes, each of
// another contact in random order.
func fill(r *store.Record, i int64) {
	h := uint64(i) * 0x9e3779b97f4a7c15
	binary.LittleEndian.PutUint64(r.Contact, h)
	binary.LittleEndian.PutUint64(r.Key, ^h)
	r.ID, r.At = i<<12, 1_700_000_000_000+i
}

func sample() *store.Record {
	r := &store.Record{
		Contact: make([]byte, 16), Bundle: "sha256:0123456789abcdef0123456789abcdef", Send: true, Outcome: "send",
		Class: "marketing", Replayable: true, Facts: make([]byte, 280), Answer: make([]byte, 250),
		Key: make([]byte, 16), KeyBody: make([]byte, 16),
	}
	for i := range r.Facts {
		r.Facts[i] = byte('a' + rand.IntN(26))
	}
	return r
}

func open(tb testing.TB, o store.Options) *store.SQLite {
	s, err := store.Open(filepath.Join(tb.TempDir(), "log.db"), o)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = s.Close(context.Background()) })
	return s
}

// BenchmarkAppend is one waiting writer per unit of "writers".
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) { benchAppend(b, writers, store.Options{}) })
	}
	b.Run("writers=64/relaxed", func(b *testing.B) { benchAppend(b, 64, store.Options{Relaxed: true}) })
}

func benchAppend(b *testing.B, writers int, o store.Options) {
	s := open(b, o)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	before := cputime.Used()
	for range writers {
		wg.Go(func() {
			r := sample()
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				fill(r, i)
				if err := s.Append(context.Background(), r); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(cputime.Used()-before)/1000/float64(b.N), "cpu-µs/rec")
}

// BenchmarkBatch submits many records and waits for the last.
func BenchmarkBatch(b *testing.B) {
	for _, size := range []int{100, 1000} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			s := open(b, store.Options{})
			r := sample()
			b.ReportAllocs()
			b.ResetTimer()
			before := cputime.Used()
			for i := 0; i < b.N; {
				var t store.Ticket
				for range min(size, b.N-i) {
					i++
					fill(r, int64(i))
					var err error
					if t, err = s.Submit(r); err != nil {
						b.Fatal(err)
					}
				}
				if err := t.Wait(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cputime.Used()-before)/1000/float64(b.N), "cpu-µs/rec")
		})
	}
}

// BenchmarkLookup reads beside half a million records of 50,000 contacts.
func BenchmarkLookup(b *testing.B) {
	const records, contacts = 500_000, 50_000
	ctx := context.Background()
	s := open(b, store.Options{Relaxed: true, MaxQueue: records})
	r := sample()
	var last store.Ticket
	for i := int64(1); i <= records; i++ {
		fill(r, i%contacts)
		binary.LittleEndian.PutUint64(r.Key, uint64(i))
		r.ID, r.At = i<<12, i*1000
		t, err := s.Submit(r)
		if err != nil {
			require.ErrorIs(b, err, store.ErrBusy)
			require.NoError(b, last.Wait(ctx))
			i--
			continue
		}
		last = t
	}
	require.NoError(b, last.Wait(ctx))
	for name, look := range map[string]func(i int64) error{
		"Decision":  func(i int64) error { _, _, err := s.Decision(ctx, i<<12); return err },
		"ByKey":     func(int64) error { _, _, err := s.ByKey(ctx, r.Key); return err },
		"ByKeyMiss": func(int64) error { _, _, err := s.ByKey(ctx, r.Contact); return err },
		"Sent10":    func(int64) error { _, err := s.Sent(ctx, r.Contact, 0); return err },
		"Active":    func(int64) error { _, err := s.Active(ctx, r.Contact); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			before := cputime.Used()
			for n := 0; b.Loop(); n++ {
				i := int64(n)*7919%records + 1
				fill(r, i%contacts)
				binary.LittleEndian.PutUint64(r.Key, uint64(i))
				if err := look(i); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cputime.Used()-before)/1000/float64(b.N), "cpu-µs/op")
		})
	}
}
