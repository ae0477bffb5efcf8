package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/storetest"
)

// TestDamagedPack damages what records are packed in: that is an error with a
// name, for the records in it and no others.
func TestDamagedPack(t *testing.T) {
	s := open(t, store.Options{})
	for n := int64(1); n <= 5; n++ {
		require.NoError(t, s.Append(t.Context(), storetest.Record(n)))
	}
	for n, damage := range map[int]string{
		1: "UPDATE pack SET data = x'00' WHERE id = %d",           // no contents
		2: "UPDATE pack SET data = x'ffffffffff7f' WHERE id = %d", // says that it is huge
		3: "UPDATE pack SET data = x'0a2461' WHERE id = %d",       // cut short
		4: "DELETE FROM pack WHERE id = %d",                       // gone
	} {
		pack, err := s.Number(fmt.Sprintf("SELECT pack FROM decision WHERE id = %d", n))
		require.NoError(t, err)
		require.NoError(t, s.Exec(fmt.Sprintf(damage, pack)))
		_, _, err = s.Decision(t.Context(), int64(n))
		require.ErrorIs(t, err, store.ErrCorrupt, damage)
	}
	r, ok, err := s.Decision(t.Context(), 5)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, *storetest.Record(5), r)
}

// TestPacksShrinkTheLog: records that are alike take a fraction of their bytes,
// and a pack goes with the last of its records.
func TestPacksShrinkTheLog(t *testing.T) {
	s := open(t, store.Options{})
	const records, each = 2000, 1500
	var last store.Ticket
	for n := int64(1); n <= records; n++ {
		r := storetest.Record(n)
		for len(r.Facts) < each {
			r.Facts = fmt.Appendf(r.Facts, `{"orders":%d,"country":"PL","last":"2026-10-%02dT12:00:00Z"}`, n*int64(len(r.Facts))%97, n%28+1)
		}
		var err error
		last, err = s.Submit(r)
		require.NoError(t, err)
	}
	require.NoError(t, last.Wait(t.Context()))
	bytes, err := s.Number("SELECT sum(length(data)) FROM pack")
	require.NoError(t, err)
	require.Less(t, bytes, int64(records*each/4))

	n, err := s.Sweep(t.Context(), storetest.Record(records+1).At, 0)
	require.NoError(t, err)
	require.Equal(t, records, n)
	left, err := s.Number("SELECT count(*) FROM pack")
	require.NoError(t, err)
	require.Zero(t, left)
}

// FuzzPack reads packs as a damaged file may have them.
func FuzzPack(f *testing.F) {
	f.Add([]byte{3, 'a', 'b', 1, 'f', 2, 'x', 'y', 0, 1, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, block []byte) {
		whole, err := store.ReadPack(block)
		if err == nil {
			require.Equal(t, len(block), whole, "every byte belongs to one content")
		} else {
			require.ErrorIs(t, err, store.ErrCorrupt)
		}
	})
}
