package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/segment"
)

// Orders that are filed while others are read come to what they come to one by
// one, though the reader uses the memory of their texts again.
func TestFilingWhileReading(t *testing.T) {
	one, err := segment.NewLedger(segment.Options{})
	require.NoError(t, err)
	other, err := segment.NewLedger(segment.Options{})
	require.NoError(t, err)
	f := newFiler(other)
	for i := range 10_000 {
		o := segment.Order{Customer: fmt.Sprint(i % 700), Day: segment.Day(20000 + i%300), Amount: int64(i)}
		if i%3 > 0 {
			o.ID = fmt.Sprint(i % 4000)
		}
		require.NoError(t, one.Add(o))
		require.NoError(t, f.add(o))
	}
	require.NoError(t, f.finish())
	require.Equal(t, fmt.Sprintf("%+v", one.Analyse()), fmt.Sprintf("%+v", other.AnalyseBy(sideBySide)))
}

func TestFilingEndsWhenTheTotalIsTooLarge(t *testing.T) {
	l, err := segment.NewLedger(segment.Options{})
	require.NoError(t, err)
	f := newFiler(l)
	for range 100_000 { // 900 of them are the most
		if err = f.add(segment.Order{Customer: "a", Day: 20000, Amount: 1e15}); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, segment.ErrTotal, "the reader is told")
	require.ErrorIs(t, f.finish(), segment.ErrTotal)
}
