package ledger_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// A clock that is set three years ahead forgets nobody for a day of looks, in which
// somebody may set it right; nor does one that leapt while nobody ran. What is past
// its time goes in the end.
func TestAClockThatLeapsForgetsNobodyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		o := ledger.Options{
			Sources: []string{"shop"},
			Clock:   func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
		}
		leap := func() { ahead.Add(int64(3 * 365 * day)) }
		path := filepath.Join(t.TempDir(), "events")
		run := func(do func(l *ledger.Ledger)) {
			l, err := ledger.Open(path, withNames(o))
			require.NoError(t, err)
			do(l)
			require.NoError(t, l.Close())
		}
		known := func(l *ledger.Ledger) bool {
			return value(t, l, names(1), "orders.count", "", ada, o.Clock(), time.Time{}) != nil
		}
		run(func(l *ledger.Ledger) {
			put(t, l, ledger.Event{Source: "shop", ID: "1", OrderID: "1", Kind: ledger.Order, Email: ada, Complete: true})
			time.Sleep(2 * time.Hour)
			require.True(t, known(l))
			leap()
			time.Sleep(23 * time.Hour)
			require.True(t, known(l))
		})
		leap()
		run(func(l *ledger.Ledger) {
			time.Sleep(23 * time.Hour)
			require.True(t, known(l))
			time.Sleep(3 * time.Hour)
			require.False(t, known(l), "it must be forgotten in the end")
		})
	})
}

func withNames(o ledger.Options) ledger.Options {
	o.Names = names(1)
	return o
}
