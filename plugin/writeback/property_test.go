package writeback_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// step is one thing that happens: a decision about a contact, which may come
// later than newer ones, or the end of the engine and a new one on its queue.
type step struct {
	contact int
	age     time.Duration // of the decision when it is handed in
	wait    time.Duration // before the step
	restart bool
}

func drawSteps(t *rapid.T) []step {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			contact: rapid.IntRange(0, 4).Draw(t, "contact"),
			age:     time.Duration(rapid.IntRange(0, 3).Draw(t, "age")) * time.Second,
			wait:    rapid.SampledFrom([]time.Duration{0, time.Millisecond, time.Second, 20 * time.Second, 3 * time.Minute}).Draw(t, "wait"),
			restart: rapid.IntRange(0, 9).Draw(t, "restart") == 0,
		}
	}), 1, 30).Draw(t, "steps")
}

// After any sequence of decisions, failures and restarts, the fields of each
// contact are those of its latest decision, and nothing is left in the queue.
func TestFinalFieldsAreTheLatestDecision(t *testing.T) {
	failures := []string{
		"", "", "reset", "lost", "hang", "partial", "status 500", "status 502", "status 503 Retry-After: 9",
		"status 429 Retry-After: 5", "status 429", "status 401", "status 302",
	}
	rapid.Check(t, func(rt *rapid.T) {
		steps := drawSteps(rt)
		fails := rapid.SliceOfN(rapid.SampledFrom(failures), 0, 20).Draw(rt, "failures")
		plan := writeback.Plan{
			Batch: rapid.IntRange(1, 3).Draw(rt, "batch"), Parallel: rapid.IntRange(1, 3).Draw(rt, "parallel"),
			Limits: []writeback.Limit{{N: rapid.IntRange(1, 5).Draw(rt, "limit"), Per: time.Second}},
		}
		var trouble string
		synctest.Test(t, func(t *testing.T) { trouble = play(t, steps, fails, plan) })
		if trouble != "" {
			rt.Fatal(trouble)
		}
	})
}

func play(t *testing.T, steps []step, fails []string, plan writeback.Plan) (trouble string) {
	w := newWorld()
	w.fail = modes(fails...)
	q, err := writeback.OpenQueue(filepath.Join(t.TempDir(), "queue.db"), nil)
	require.NoError(t, err)
	o := writeback.Options{Queue: q, Random: func() float64 { return 0.5 }, Targets: []writeback.Target{{Name: "fake", Platform: fake{plan}, Transport: w}}}
	e, err := writeback.New(o)
	require.NoError(t, err)
	want, latest := map[string]string{}, map[string]time.Time{}
	for i, s := range steps {
		time.Sleep(s.wait)
		if s.restart {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			_ = e.Close(ctx) // what it breaks off stays in the queue
			cancel()
			time.Sleep(30 * time.Second) // what was broken off lands at the platform meanwhile
			e, err = writeback.New(o)
			require.NoError(t, err)
		}
		id, at := fmt.Sprint("c", s.contact), time.Now().Add(-s.age)
		require.NoError(t, e.Put(context.Background(), write(id, fmt.Sprint("v", i), at)))
		if !at.Before(latest[id]) {
			want[id], latest[id] = fmt.Sprint("v", i), at
		}
	}
	for range 6 * 60 { // as long as the queue is not empty, for six hours at most
		if left, err := q.List(context.Background(), writeback.Filter{}); err == nil && len(left) == 0 {
			break
		}
		time.Sleep(time.Minute)
	}
	for id, v := range want {
		if got := w.field(id, "winnow_hero"); got != v {
			trouble += fmt.Sprintf("%s has %q, its latest decision is %q; ", id, got, v)
		}
	}
	left, err := q.List(context.Background(), writeback.Filter{})
	require.NoError(t, err)
	if len(left) > 0 {
		trouble += fmt.Sprintf("%d are left: %s", len(left), left[0].Trouble)
	}
	require.NoError(t, e.Close(context.Background()))
	require.NoError(t, q.Close())
	return trouble
}
