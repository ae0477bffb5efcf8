package handed_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/handed"
)

func open(t *testing.T, path string, o handed.Options) *handed.Book {
	t.Helper()
	l, err := handed.Open(path, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() }) // a test may have closed it
	return l
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "handed.db") }

func begin(t *testing.T, l *handed.Book, people ...string) *handed.Handover {
	t.Helper()
	h, err := l.Begin(t.Context(), "ghost", "mail-1", people)
	require.NoError(t, err)
	return h
}

func TestNobodyIsHandedOverTwice(t *testing.T) {
	l := open(t, file(t), handed.Options{})
	h := begin(t, l, "ada@x.test", "ben@x.test")
	require.Equal(t, []int{0, 1}, h.Fresh)
	_, err := l.Begin(t.Context(), "ghost", "mail-1", []string{"BEN@x.test"})
	require.ErrorIs(t, err, handed.ErrBusy)
	require.NoError(t, h.Taken(t.Context(), []byte("yes")))

	h = begin(t, l, "cyd@x.test", "Ada@x.test")
	require.Equal(t, []int{0}, h.Fresh)
	require.NoError(t, h.NotTaken(t.Context()))
	h = begin(t, l, "ada@x.test")
	require.Empty(t, h.Fresh)
	require.Equal(t, "yes", string(h.Answer))
	require.NoError(t, h.Taken(t.Context(), nil), "nothing to do")
	require.Equal(t, []int{0}, begin(t, l, "cyd@x.test").Fresh, "it was not taken, so it may go")

	for _, other := range [][2]string{{"ghost", "mail-2"}, {"other", "mail-1"}} {
		h, err := l.Begin(t.Context(), other[0], other[1], []string{"ada@x.test"})
		require.NoError(t, err)
		require.Len(t, h.Fresh, 1, "another message")
	}
}

// What was under way when a server was killed is not handed over again.
func TestAKilledServerLeavesDoubt(t *testing.T) {
	path := file(t)
	dead := open(t, path, handed.Options{})
	begin(t, dead, "ada@x.test")
	require.NoError(t, dead.Close())

	l := open(t, path, handed.Options{})
	_, err := l.Begin(t.Context(), "ghost", "mail-1", []string{"ben@x.test", "ada@x.test"})
	require.ErrorIs(t, err, handed.ErrUnsure)
	list, err := l.Unsure(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, 1, list[0].People)

	require.Equal(t, []int{0}, begin(t, l, "ben@x.test").Fresh, "nobody else waits for it")
	require.NoError(t, l.Settle(t.Context(), list[0].ID, false))
	require.ErrorIs(t, l.Settle(t.Context(), list[0].ID, true), handed.ErrNone)
	h := begin(t, l, "ada@x.test")
	require.Len(t, h.Fresh, 1)
	require.NoError(t, h.Doubt(t.Context()))
	list, err = l.Unsure(t.Context())
	require.NoError(t, err)
	require.NoError(t, l.Settle(t.Context(), list[0].ID, true))
	require.Empty(t, begin(t, l, "ada@x.test").Fresh)
}

// A second server would be in doubt about what the first is handing over; who
// looks is not kept out.
func TestOneServerHasTheBook(t *testing.T) {
	path := file(t)
	l := open(t, path, handed.Options{})
	h := begin(t, l, "ada@x.test")
	_, err := handed.Open(path, handed.Options{})
	require.ErrorIs(t, err, handed.ErrLocked)
	beside, err := handed.Look(path, handed.Options{})
	require.NoError(t, err)
	list, err := beside.Unsure(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	require.NoError(t, beside.Close())
	require.NoError(t, h.Taken(t.Context(), nil))
	require.NoError(t, l.Close())
	require.Empty(t, begin(t, open(t, path, handed.Options{}), "ada@x.test").Fresh)
}

func TestResendChoosesTheOtherRisk(t *testing.T) {
	l := open(t, file(t), handed.Options{Resend: true})
	require.NoError(t, begin(t, l, "ada@x.test").Doubt(t.Context()))
	h := begin(t, l, "ada@x.test")
	require.Len(t, h.Fresh, 1)
	require.NoError(t, h.Taken(t.Context(), []byte("now")))
	require.Equal(t, "now", string(begin(t, l, "ada@x.test").Answer))
}

func TestOldHandoversAreForgottenAndDoubtsAreNot(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	path := file(t)
	l := open(t, path, handed.Options{Clock: func() time.Time { return now }, Remember: time.Hour})
	require.NoError(t, begin(t, l, "ada@x.test").Taken(t.Context(), nil))
	require.NoError(t, begin(t, l, "ben@x.test").Doubt(t.Context()))
	now = now.Add(2 * time.Hour)
	require.Len(t, begin(t, l, "ada@x.test").Fresh, 1)
	_, err := l.Begin(t.Context(), "ghost", "mail-1", []string{"ben@x.test"})
	require.ErrorIs(t, err, handed.ErrUnsure)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}

// A clock that is set a year ahead forgets nothing for a day of looks, or a batch that
// is posted again would go out twice; nor does one that leapt while nobody ran.
func TestAClockThatLeapsForgetsNothingAtOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	path := file(t)
	o := handed.Options{Clock: func() time.Time { return now }}
	l := open(t, path, o)
	require.NoError(t, begin(t, l, "ada@x.test").Taken(t.Context(), nil))
	now = now.AddDate(1, 0, 0)
	for range 24 {
		require.Empty(t, begin(t, l, "ada@x.test").Fresh)
		now = now.Add(time.Hour)
	}
	require.NoError(t, l.Close())
	l = open(t, path, o)
	for range 24 {
		require.Empty(t, begin(t, l, "ada@x.test").Fresh)
		now = now.Add(time.Hour)
	}
	require.Len(t, begin(t, l, "ada@x.test").Fresh, 1, "it must be forgotten in the end")
}

// Of many that come at once with the same people, one goes.
func TestOnlyOneOfManyAtOnceGoes(t *testing.T) {
	l := open(t, file(t), handed.Options{})
	var went atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			h, err := l.Begin(context.Background(), "ghost", "mail-1", []string{"ada@x.test", "ben@x.test"})
			if err == nil {
				went.Add(int64(len(h.Fresh)))
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 2, went.Load())
}
