package writeback_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// rig is an engine over a fake platform, in a bubble whose time only passes when
// everybody waits.
type rig struct {
	t      *testing.T
	world  *world
	queue  *writeback.Queue
	engine *writeback.Engine
}

func open(t *testing.T, w *world, plan writeback.Plan, o writeback.Options) *rig {
	t.Helper()
	r := &rig{t: t, world: w}
	var err error
	r.queue, err = writeback.OpenQueue(filepath.Join(t.TempDir(), "queue.db"), nil)
	require.NoError(t, err)
	o.Queue = r.queue
	o.Random = func() float64 { return 0.5 }
	o.Targets = []writeback.Target{{Name: "fake", Platform: fake{plan}, Transport: w, Share: 100}}
	r.engine, err = writeback.New(o)
	require.NoError(t, err)
	return r
}

func (r *rig) put(ws ...writeback.Write) {
	r.t.Helper()
	require.NoError(r.t, r.engine.Put(context.Background(), ws...))
}

func (r *rig) close() {
	r.t.Helper()
	require.NoError(r.t, r.engine.Close(context.Background()))
	require.NoError(r.t, r.queue.Close())
}

func (r *rig) stats() writeback.Stats {
	r.t.Helper()
	s, err := r.engine.Stats(context.Background())
	require.NoError(r.t, err)
	require.Len(r.t, s, 1)
	return s[0]
}

func (r *rig) list() []writeback.Entry {
	r.t.Helper()
	l, err := r.queue.List(context.Background(), writeback.Filter{})
	require.NoError(r.t, err)
	return l
}

// modes fails the first requests in these ways and works from then on.
func modes(list ...string) func(int, []fakeItem) string {
	return func(n int, _ []fakeItem) string {
		if n < len(list) {
			return list[n]
		}
		return ""
	}
}

// Two engines would write everything twice, and what is older over what is newer.
func TestOneEngineAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	begin := func() (*writeback.Engine, *writeback.Queue, error) {
		q, err := writeback.OpenQueue(path, nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, q.Close()) })
		e, err := writeback.New(writeback.Options{Queue: q})
		return e, q, err
	}
	e, _, err := begin()
	require.NoError(t, err)
	_, other, err := begin()
	require.ErrorIs(t, err, writeback.ErrLocked)
	_, err = other.Forget(t.Context(), writeback.Contact{ID: "1"})
	require.NoError(t, err, "who mends the queue is not kept out")
	require.NoError(t, e.Close(t.Context()))
	again, _, err := begin()
	require.NoError(t, err)
	require.NoError(t, again.Close(t.Context()))
}

func TestWritesAndForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, newWorld(), writeback.Plan{}, writeback.Options{})
		defer r.close()
		at := time.Now()
		r.put(write("c1", "vip", at))
		time.Sleep(time.Second)
		require.Equal(t, map[string]string{"winnow_send": "true", "winnow_hero": "vip", "winnow_at": at.UTC().Format(time.RFC3339)}, r.world.of("c1"))
		require.Empty(t, r.list())
		require.Equal(t, uint64(1), r.stats().Written)
	})
}

// What comes of a failure: when the write is tried again, and whether it is lost.
func TestFailures(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		mode     func() string
		min, max time.Duration // until the second request; 0 max: there is none
		trouble  string        // what the entry says meanwhile
	}{
		"seconds":      {func() string { return "status 429 Retry-After: 7" }, 7 * time.Second, 8 * time.Second, "answered 429 Too Many Requests"},
		"date":         {func() string { return "status 429 Retry-After: " + date(90*time.Second) }, 89 * time.Second, 92 * time.Second, "answered 429"},
		"past date":    {func() string { return "status 429 Retry-After: " + date(-time.Hour) }, time.Second, 2 * time.Second, "answered 429"},
		"absurd":       {func() string { return "status 429 Retry-After: 99999999999" }, time.Hour, time.Hour + time.Minute, "answered 429"},
		"nonsense":     {func() string { return "status 429 Retry-After: soon" }, time.Second, 2 * time.Second, "answered 429"},
		"Brevo's":      {func() string { return "status 429 X-Sib-Ratelimit-Reset: 30" }, 30 * time.Second, 31 * time.Second, "answered 429"},
		"busy":         {func() string { return "status 503 Retry-After: 20" }, 20 * time.Second, 21 * time.Second, "answered 503"},
		"server error": {func() string { return "status 500" }, 500 * time.Millisecond, 2 * time.Second, "answered 500"},
		"reset":        {func() string { return "reset" }, 30 * time.Second, 31 * time.Second, "the connection broke"},
		"answer lost":  {func() string { return "lost" }, 30 * time.Second, 31 * time.Second, "the connection broke"},
		"no answer":    {func() string { return "hang" }, time.Minute, 63 * time.Second, "did not answer within 30s"},
		"key":          {func() string { return "status 401" }, 4 * time.Second, 9 * time.Second, "answered 401 Unauthorized"},
		"moved":        {func() string { return "status 302 Location: /elsewhere" }, 4 * time.Second, 9 * time.Second, "the address of the API is wrong"},
		"refused":      {func() string { return "status 422" }, 0, 0, "answered 422 Unprocessable Entity: … is not right"},
		"no contact":   {func() string { return "status 404" }, 0, 0, "answered 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				r := open(t, w, writeback.Plan{}, writeback.Options{})
				defer r.close()
				w.fail = modes(c.mode())
				start := time.Now()
				r.put(write("c1", "vip", start))
				time.Sleep(100 * time.Millisecond)
				if c.trouble != "did not answer within 30s" {
					require.Len(t, r.list(), 1)
					require.Contains(t, r.list()[0].Trouble, c.trouble)
					require.Equal(t, c.max == 0, r.list()[0].Dead)
				}
				time.Sleep(2 * time.Hour)
				if c.max == 0 {
					require.Equal(t, 1, w.count())
					require.Equal(t, int64(1), r.stats().Dead)
					return
				}
				require.Equal(t, 2, w.count())
				took := w.times()[1].Sub(start)
				require.True(t, took >= c.min && took <= c.max, "the second request came after %s", took)
				require.Equal(t, "vip", w.field("c1", "winnow_hero"))
				require.Empty(t, r.list())
			})
		})
	}
}

func TestLatestDecisionWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := open(t, w, writeback.Plan{}, writeback.Options{})
		defer r.close()
		w.fail = modes("status 503", "status 503")
		at := time.Now()
		r.put(write("c1", "one", at))
		r.put(write("c1", "three", at.Add(3)), write("c1", "two", at.Add(2)))
		time.Sleep(time.Minute)
		require.Equal(t, "three", w.field("c1", "winnow_hero"))
		require.Equal(t, 3, w.count(), "the ones between are not sent")
		r.put(write("c1", "late", at.Add(1)))
		time.Sleep(time.Minute)
		require.Equal(t, "three", w.field("c1", "winnow_hero"), "an older decision that comes late")
		require.Equal(t, 3, w.count())
	})
}

// No span of a second or a minute ever holds more requests than the limits say.
func TestLimitsHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := open(t, w, writeback.Plan{Parallel: 4, Limits: []writeback.Limit{{N: 10, Per: time.Second}, {N: 100, Per: time.Minute}}}, writeback.Options{})
		defer r.close()
		for i := range 350 {
			r.put(write(fmt.Sprint("c", i), "vip", time.Now()))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(5 * time.Minute)
		require.Equal(t, 350, w.known())
		requests := w.times()
		for i, at := range requests {
			if i >= 10 {
				require.GreaterOrEqual(t, at.Sub(requests[i-10]), time.Second)
			}
			if i >= 100 {
				require.GreaterOrEqual(t, at.Sub(requests[i-100]), time.Minute)
			}
		}
		took := requests[349].Sub(requests[0])
		require.Less(t, took, 4*time.Minute, "and they are made use of")
	})
}

func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := open(t, w, writeback.Plan{Batch: 50, Limits: []writeback.Limit{{N: 1, Per: time.Second}}}, writeback.Options{})
		defer r.close()
		r.put(writes(120)...)
		time.Sleep(10 * time.Second)
		require.Equal(t, []int{50, 50, 20}, w.batches())
		require.Equal(t, 120, w.known())
	})
}

// writes are of so many contacts, c0 and on.
func writes(n int) (ws []writeback.Write) {
	for i := range n {
		ws = append(ws, write(fmt.Sprint("c", i), "vip", time.Now()))
	}
	return ws
}

// A batch that fails is one failure of the target, however many were in it: the
// pauses begin short, and one 429 is one.
func TestABatchThatFailsIsOneFailure(t *testing.T) {
	for name, c := range map[string]struct {
		mode      string
		within    time.Duration
		throttled uint64
	}{
		"as a whole":   {"status 503", 3 * time.Second, 0},
		"item by item": {"each", 3 * time.Second, 0},
		"throttled":    {"status 429 Retry-After: 2", 4 * time.Second, 1},
		"locked":       {"status 401", 9 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.fail = modes(c.mode)
				r := open(t, w, writeback.Plan{Batch: 50}, writeback.Options{})
				defer r.close()
				r.put(writes(50)...)
				time.Sleep(c.within)
				require.Equal(t, 50, w.known(), "paused until %v", r.stats().PausedUntil)
				require.Equal(t, c.throttled, r.stats().Throttled)
			})
		})
	}
}

// One contact that a whole batch is refused for becomes a dead letter alone.
func TestTheCulpritOfABatchIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fail = func(_ int, items []fakeItem) string {
			for _, it := range items {
				if it.ID == "c13" {
					return "status 400"
				}
			}
			return ""
		}
		r := open(t, w, writeback.Plan{Batch: 50}, writeback.Options{})
		defer r.close()
		r.put(writes(40)...)
		time.Sleep(time.Minute)
		require.Equal(t, 39, w.known())
		require.Len(t, r.list(), 1)
		require.Equal(t, "c13", r.list()[0].Write.Contact.ID)
		require.True(t, r.list()[0].Dead)
	})
}

// A contact that winnow itself fails over becomes a dead letter, alone.
func TestABugStopsOneContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		r := open(t, w, writeback.Plan{Batch: 50}, writeback.Options{})
		defer r.close()
		var ws []writeback.Write
		for i := range 40 {
			ws = append(ws, write(fmt.Sprint("c", i), "vip", time.Now()))
		}
		r.put(append(ws, write("panic", "vip", time.Now()))...)
		time.Sleep(time.Minute)
		require.Equal(t, 40, w.known())
		require.Len(t, r.list(), 1)
		require.True(t, r.list()[0].Dead)
		require.Contains(t, r.list()[0].Trouble, "winnow failed over this contact")
	})
}

// A contact for which the platform breaks down every time holds nobody up.
func TestAPoisonedContactHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fail = func(_ int, items []fakeItem) string {
			for _, it := range items {
				if it.ID == "c0" {
					return "status 500"
				}
			}
			return ""
		}
		r := open(t, w, writeback.Plan{Batch: 10}, writeback.Options{})
		defer r.close()
		for i := range 30 {
			r.put(write(fmt.Sprint("c", i), "vip", time.Now()))
		}
		time.Sleep(time.Minute)
		require.Equal(t, 29, w.known())
		require.Equal(t, int64(1), r.stats().Waiting)
		time.Sleep(25 * time.Hour)
		require.Equal(t, int64(1), r.stats().Dead)
		require.Contains(t, r.list()[0].Trouble, "too old")
	})
}

// A rejected key is nobody's dead letter: all of it waits until it is mended.
func TestARejectedKeyLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		broken := true
		w.fail = func(int, []fakeItem) string {
			if broken {
				return "status 403"
			}
			return ""
		}
		r := open(t, w, writeback.Plan{Parallel: 4}, writeback.Options{})
		defer r.close()
		for i := range 500 {
			r.put(write(fmt.Sprint("c", i), "vip", time.Now()))
		}
		time.Sleep(time.Hour)
		require.Less(t, w.count(), 30, "it is asked seldom")
		require.Equal(t, int64(500), r.stats().Waiting)
		require.Contains(t, r.stats().Trouble, "403")
		require.False(t, r.stats().PausedUntil.IsZero())
		w.mu.Lock()
		broken = false
		w.mu.Unlock()
		time.Sleep(20 * time.Minute)
		require.Equal(t, 500, w.known())
		require.Zero(t, r.stats().Waiting)
		require.Empty(t, r.stats().Trouble)
	})
}

func TestDeadLettersCanBeSentAgainAndDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fail = modes("status 404", "status 404", "status 404")
		r := open(t, w, writeback.Plan{}, writeback.Options{})
		defer r.close()
		r.put(write("c1", "a", time.Now()), write("c2", "b", time.Now()), write("c3", "c", time.Now()))
		time.Sleep(time.Minute)
		list := r.list()
		require.Len(t, list, 3)
		one, ok, err := r.queue.Get(t.Context(), list[0].ID)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, list[0], one)
		n, err := r.queue.Drop(t.Context(), writeback.Filter{}, list[0].ID)
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		n, err = r.queue.Retry(t.Context(), writeback.Filter{Target: "other"})
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = r.queue.Retry(t.Context(), writeback.Filter{Target: "fake"})
		require.NoError(t, err)
		require.Equal(t, int64(2), n)
		time.Sleep(time.Minute)
		require.Empty(t, r.list())
		require.Equal(t, "", w.field("c1", "winnow_hero"))
		require.Equal(t, "b", w.field("c2", "winnow_hero"))
		require.Equal(t, "c", w.field("c3", "winnow_hero"))
	})
}

func TestNewDecisionRevivesADeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fail = modes("status 404")
		r := open(t, w, writeback.Plan{}, writeback.Options{})
		defer r.close()
		r.put(write("c1", "a", time.Now()))
		time.Sleep(time.Minute)
		require.Equal(t, int64(1), r.stats().Dead)
		r.put(write("c1", "b", time.Now()))
		time.Sleep(time.Minute)
		require.Equal(t, "b", w.field("c1", "winnow_hero"))
		require.Empty(t, r.list())
	})
}

func TestCloseWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fail = modes("hang")
		r := open(t, w, writeback.Plan{}, writeback.Options{})
		r.put(write("c1", "a", time.Now()), write("c2", "b", time.Now()))
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, r.engine.Close(ctx), context.DeadlineExceeded)
		require.Equal(t, 1, w.count())
		require.Len(t, r.list(), 2, "both stay")
		require.False(t, r.list()[0].Dead)
		require.NoError(t, r.queue.Close())
		time.Sleep(time.Minute)
	})
}

func TestForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fail = func(int, []fakeItem) string { return "status 401" }
		r := open(t, w, writeback.Plan{}, writeback.Options{})
		defer r.close()
		a := write("c1", "a", time.Now())
		a.Contact.Email = "Ada@example.test"
		r.put(a, write("c2", "b", time.Now()), write("c3", "b", time.Now()))
		n, err := r.queue.Forget(t.Context(), writeback.Contact{Email: "ada@example.test"})
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		n, err = r.queue.Forget(t.Context(), writeback.Contact{ID: "c2"})
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		require.Len(t, r.list(), 1)
	})
}
