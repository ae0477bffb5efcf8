package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/winnow-gate/winnow/rules/segment"
)

// Reading a file and filing its orders take about as long as each other, so they
// go on at the same time; customers are then profiled on all processors.

// fewCollections has memory collected less often, unless GOGC says how often.
// Nearly all that an analysis holds it holds to the end, and collecting that was a
// quarter of its time. It gives the way back.
func fewCollections() func() {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(300)
	return func() { debug.SetGCPercent(before) }
}

// sideBySide calls do with every number from 0 to n-1, on all processors.
func sideBySide(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}

// orderBatch is orders on the way to the ledger. Their texts, which are the
// reader's only until it reads on, are copied into one.
type orderBatch struct {
	orders []segment.Order
	ends   [][2]int // of each order's customer and id in texts
	texts  []byte
}

const orderBatchSize = 1024

// filer adds orders to a ledger while the next ones are read.
type filer struct {
	batch      *orderBatch
	full, free chan *orderBatch
	failed     atomic.Bool
	err        error // why it failed
	done       chan struct{}
}

func newFiler(l *segment.Ledger) *filer {
	const batches = 4
	f := &filer{full: make(chan *orderBatch, batches), free: make(chan *orderBatch, batches), done: make(chan struct{})}
	for range batches {
		f.free <- &orderBatch{}
	}
	f.batch = <-f.free
	go f.file(l)
	return f
}

func (f *filer) file(l *segment.Ledger) {
	defer close(f.done)
	for b := range f.full {
		texts, from := string(b.texts), 0
		for i, o := range b.orders {
			o.Customer, o.ID = texts[from:b.ends[i][0]], texts[b.ends[i][0]:b.ends[i][1]]
			from = b.ends[i][1]
			if err := l.Add(o); err != nil && f.err == nil {
				f.err = err
				f.failed.Store(true)
			}
		}
		b.orders, b.ends, b.texts = b.orders[:0], b.ends[:0], b.texts[:0]
		f.free <- b
	}
}

// add is Ledger.Add, later: what a reader hands on the ledger takes, until its
// total is too large, which ends the reading.
func (f *filer) add(o segment.Order) error {
	b := f.batch
	b.texts = append(b.texts, o.Customer...)
	customer := len(b.texts)
	b.texts = append(b.texts, o.ID...)
	b.ends = append(b.ends, [2]int{customer, len(b.texts)})
	o.Customer, o.ID = "", ""
	b.orders = append(b.orders, o)
	if len(b.orders) < orderBatchSize {
		return nil
	}
	f.full <- b
	f.batch = <-f.free
	if f.failed.Load() {
		return segment.ErrTotal
	}
	return nil
}

// finish waits until all orders are filed.
func (f *filer) finish() error {
	f.full <- f.batch
	close(f.full)
	<-f.done
	return f.err
}
