package store

import (
	"context"
	"runtime"
	"sync"
)

// entry is a submitted record: numbers, the lengths of the parts that lie one
// after another in the batch's arena from off on, and where its content is.
type entry struct {
	id, at                     int64
	bundle, outcome, class     int32 // index in words
	off                        int
	contact, tags, key, active int32
	content, contentEnd        int
	flags                      uint8
	setsActive                 bool
}

const (
	flagSend = 1 << iota
	flagDegraded
	flagReplayable
)

// batch is what one transaction holds: records, or one piece of other work
// that has to happen between the records before and after it.
type batch struct {
	load *load
	work func(*writer) error

	done chan struct{} // closed when the outcome is known
	err  error         // of the whole batch
	errs map[int]error // of single records, when only some failed
}

// Ticket stands for a submitted record. It may be copied, and waited for any
// number of times or never.
type Ticket struct {
	b *batch
	i int
}

// Wait returns when the transaction that holds the record is durable (nil), or
// failed. When ctx ends first it returns the context's error; the record is
// then still on its way and may yet become durable.
func (t Ticket) Wait(ctx context.Context) error {
	if t.b == nil {
		return ErrBadRecord // the zero Ticket, from a Submit that failed
	}
	select {
	case <-t.b.done:
	default:
		select {
		case <-t.b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if t.b.err != nil {
		return t.b.err
	}
	return t.b.errs[t.i]
}

// queue gathers records into batches in the order of submission.
type queue struct {
	opts  Options
	words *words

	mu      sync.Mutex
	wake    sync.Cond // the committer waits here
	batches []*batch
	free    []*load
	records int // not yet committed, with those under way
	bytes   int
	closed  bool
}

func newQueue(o Options, w *words) *queue {
	q := &queue{opts: o, words: w}
	q.wake.L = &q.mu
	return q
}

// add copies the record into the batch that is open.
func (q *queue) add(r *Record) (Ticket, error) {
	size, err := check(r, q.opts.MaxRecord)
	if err != nil {
		return Ticket{}, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return Ticket{}, ErrClosed
	case q.records >= q.opts.MaxQueue, q.bytes+size > q.opts.MaxQueueBytes && q.records > 0:
		return Ticket{}, ErrBusy
	}
	b := q.open()
	before := b.load.size()
	b.load.append(r, q.words)
	q.records++
	q.bytes += b.load.size() - before
	return Ticket{b, len(b.load.entries) - 1}, nil
}

// open returns the batch that takes the next record.
func (q *queue) open() *batch {
	if n := len(q.batches); n > 0 {
		if b := q.batches[n-1]; b.load != nil && len(b.load.entries) < q.opts.MaxBatch {
			return b
		}
	}
	var l *load
	if n := len(q.free); n > 0 {
		l, q.free = q.free[n-1], q.free[:n-1]
	} else {
		l = new(load)
	}
	return q.push(&batch{load: l})
}

func (q *queue) push(b *batch) *batch {
	b.done = make(chan struct{})
	q.batches = append(q.batches, b)
	q.wake.Signal()
	return b
}

// do queues work behind everything submitted so far.
func (q *queue) do(work func(*writer) error) (Ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return Ticket{}, ErrClosed
	}
	return Ticket{b: q.push(&batch{work: work})}, nil
}

// next takes the oldest batch. Without one it waits, unless idle; then, and
// when the queue is closed and empty, it returns nil.
func (q *queue) next(idle bool) (b *batch, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.batches) == 0 {
		if q.closed || idle {
			return nil, q.closed
		}
		q.wake.Wait()
	}
	q.gather()
	b = q.batches[0]
	q.batches = append(q.batches[:0], q.batches[1:]...)
	return b, false
}

// gather lets others run as long as they bring records. Those who heard of the
// last batch are about to submit again, and a commit costs the same for ten
// records as for sixty. It never sleeps: whoever is alone is not kept waiting.
func (q *queue) gather() {
	const patience = 2 // yields in a row that may bring nothing
	for n, vain := q.records, 0; vain < patience && q.records < q.opts.MaxBatch; {
		q.mu.Unlock()
		runtime.Gosched()
		q.mu.Lock()
		if vain++; q.records > n {
			n, vain = q.records, 0
		}
	}
}

// settle tells the waiters and takes the batch's memory back.
func (q *queue) settle(b *batch, err error) {
	const keepLoads, keepBytes = 4, 4 << 20
	b.err = err
	close(b.done)
	l := b.load
	if l == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.records -= len(l.entries)
	q.bytes -= l.size()
	l.entries, l.arena, l.content = l.entries[:0], l.arena[:0], l.content[:0]
	if len(q.free) < keepLoads && cap(l.arena)+cap(l.content) <= keepBytes {
		q.free = append(q.free, l)
	}
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Signal()
}
