package writeback_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// A clock that is set a year ahead keeps dead letters for a day of looks, in which
// somebody may set it right; nor do they go at once when it leapt while nobody ran.
func TestAClockThatLeapsRemovesNoDeadLetterAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		leap := func() { ahead.Add(int64(365 * 24 * time.Hour)) }
		path := filepath.Join(t.TempDir(), "queue.db")
		w := newWorld()
		w.fail = func(int, []fakeItem) string { return "status 422" }
		run := func(do func(q *writeback.Queue, e *writeback.Engine), targets ...writeback.Target) {
			q, err := writeback.OpenQueue(path, clock)
			require.NoError(t, err)
			e, err := writeback.New(writeback.Options{Queue: q, Clock: clock, Targets: targets})
			require.NoError(t, err)
			do(q, e)
			require.NoError(t, e.Close(t.Context()))
			require.NoError(t, q.Close())
		}
		dead := func(q *writeback.Queue) int {
			l, err := q.List(t.Context(), writeback.Filter{Dead: true})
			require.NoError(t, err)
			return len(l)
		}
		run(func(q *writeback.Queue, e *writeback.Engine) {
			require.NoError(t, e.Put(t.Context(), write("c0", "vip", clock())))
			time.Sleep(time.Minute)
			require.Equal(t, 1, dead(q))
		}, writeback.Target{Name: "fake", Platform: fake{}, Transport: w, Share: 100})
		// From here on nothing is written: a target would look at the queue every five
		// seconds of these days.
		run(func(q *writeback.Queue, _ *writeback.Engine) {
			time.Sleep(2 * time.Hour)
			leap()
			time.Sleep(23 * time.Hour)
			require.Equal(t, 1, dead(q))
		})
		leap()
		run(func(q *writeback.Queue, _ *writeback.Engine) {
			time.Sleep(23 * time.Hour)
			require.Equal(t, 1, dead(q))
			time.Sleep(3 * time.Hour)
			require.Zero(t, dead(q), "they must go in the end")
		})
	})
}
