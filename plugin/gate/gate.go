package gate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Gate decides, records and answers. Its methods may be called from any number
// of goroutines. New makes one, Close ends it.
type Gate struct {
	opts      Options
	store     Store // nil when there is no log
	current   current
	deadlines *deadlines
	sooner    sync.Map // time.Duration to *deadlines: of requests with their own
	lines     *lines
	answers   *answers
	pace      pace
	unwaited  unwaited
	clock     func() time.Time
	newID     func(time.Time) int64
	works     sync.Pool
	counts    counters
	broken    atomic.Bool // the latest record could not be stored

	reload  sync.Mutex // one at a time
	mu      sync.Mutex // guards status and unknowns
	status  Status
	unknown map[string]*atomic.Uint64

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// New makes a gate that has no bundle yet: Reload gives it one. It fails when
// the options make no sense together, or the store can't be read.
func New(o Options) (*Gate, error) {
	o = o.withDefaults()
	if err := checkKeys(o.Keys); err != nil {
		return nil, err
	}
	if o.Store != nil && len(o.Keys) == 0 {
		return nil, errors.New("gate: a decision log needs a hash key: contacts are kept under keyed hashes")
	}
	g := &Gate{
		opts: o, store: o.Store, clock: o.Clock, newID: o.IDs,
		deadlines: newDeadlines(o.Deadline), lines: newLines(), answers: newAnswers(o.Remembered),
		unknown: make(map[string]*atomic.Uint64),
	}
	g.ctx, g.stop = context.WithCancel(context.Background())
	id, at, err := newest(g.ctx, o.Store)
	if err != nil {
		return nil, fmt.Errorf("gate: the newest decision can't be read: %w", err)
	}
	if g.newID == nil {
		g.newID = NewIDs(id)
	}
	if g.store != nil && o.Retention > 0 {
		g.wg.Go(func() { g.sweep(at) })
	}
	return g, nil
}

// newest is the greatest id in the store, and the time of its decision in Unix
// milliseconds; 0 when it can't say.
func newest(ctx context.Context, s Store) (id, at int64, err error) {
	r, ok := s.(recent)
	if !ok {
		return 0, 0, nil
	}
	list, err := r.Recent(ctx, -1, 1)
	if err != nil || len(list) == 0 {
		return 0, 0, err
	}
	return list[0].ID, list[0].At, nil
}

// Close ends the poller and the sweeper, waits for them, and lets go of the
// bundle: decisions under way go on, new ones get ErrNoBundle. The store stays
// open, since it is the caller's.
func (g *Gate) Close() error {
	g.stop()
	g.wg.Wait()
	g.current.swap(nil)
	return nil
}

// times are the two clocks of a decision: the one that rules read, as exact as
// the log keeps it, so that a record can be decided again; and the one that its
// duration is measured with.
func (g *Gate) times() (now, start time.Time) {
	start = time.Now()
	if g.clock == nil {
		return start.Truncate(time.Millisecond), start
	}
	return g.clock().Truncate(time.Millisecond), start
}
