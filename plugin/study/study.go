// Package study takes a whole audience past one bundle or several, to count what
// they do to it. It exists so that every question about an audience (who is
// reached, what would change, who is of two personas) reads, decides and reports
// trouble in the same way, on all processors, in bounded memory.
//
// Nothing is recorded, and nothing is known of earlier sends and decisions: caps
// and sent() are unknown, and no persona is held by an earlier match.
package study

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

// Options of a run.
type Options struct {
	// Bundles decide on each contact, one after the other.
	Bundles []*rules.Bundle
	// Now is the clock of all decisions.
	Now time.Time
	// Message is a body that is laid over that of each row; nil leaves rows as
	// they are.
	Message []byte
	// Workers decide at once; 0 leaves it to audience.Workers.
	Workers int
}

// Case is one contact and what the bundles decided, in their order. It is good
// until Count returns.
type Case struct {
	Line      int64
	Inputs    []*rules.Input
	Decisions []*rules.Decision
}

// Name is what reports call the contact: contact.id, or the line it stands on.
// Addresses are not for reports.
func (c *Case) Name() string {
	if id := c.Inputs[0].ContactID(); id != "" {
		return id
	}
	return lineName(c.Line)
}

// A Counter takes cases, in any order, one at a time.
type Counter interface{ Count(*Case) }

// Result says what became of the rows.
type Result struct {
	Rows     int64    `json:"rows"` // counted
	Rejected int64    `json:"rejected"`
	Rejects  []Reject `json:"rejects"` // the first few
}

// Reject is a row that can't be read.
type Reject struct {
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
}

// maxRejects is how many rejects are named.
const maxRejects = 10

// Run lets every worker count its part of the rows with a counter of its own, and
// returns the counters. It ends early when ctx does, or with an error of reading.
func Run[C Counter](ctx context.Context, src *audience.Reader, o Options, newCounter func() C) ([]C, Result, error) {
	o.Workers = audience.Workers(o.Workers)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	free, todo := make(chan *audience.Block, 2*o.Workers), make(chan *audience.Block, 2*o.Workers)
	for range cap(free) {
		free <- &audience.Block{}
	}
	counters := make([]C, o.Workers)
	workers := make([]*worker, o.Workers)
	var all sync.WaitGroup
	for i := range workers {
		counters[i] = newCounter()
		workers[i] = newWorker(ctx, src, &o, counters[i])
		all.Go(func() { workers[i].work(ctx, todo, free) })
	}
	err := read(ctx, src, free, todo)
	close(todo)
	all.Wait()
	var sum Result
	for _, w := range workers {
		sum.add(&w.result)
	}
	return counters, sum, err
}

func read(ctx context.Context, src *audience.Reader, free <-chan *audience.Block, todo chan<- *audience.Block) error {
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b := <-free:
			if err := src.Read(b); err != nil {
				if errors.Is(err, io.EOF) {
					return nil
				}
				return err
			}
			todo <- b // never blocks: there are no more blocks than room
		}
	}
}

func (r *Result) add(part *Result) {
	r.Rows += part.Rows
	r.Rejected += part.Rejected
	r.Rejects = append(r.Rejects, part.Rejects...)
	slices.SortFunc(r.Rejects, func(a, b Reject) int { return cmp.Compare(a.Line, b.Line) })
	r.Rejects = r.Rejects[:min(len(r.Rejects), maxRejects)]
}

// worker decides on the rows of one block after the other.
type worker struct {
	opts    *Options
	rows    *audience.Scanner
	row     audience.Row
	counter Counter
	at      Case
	result  Result
}

func newWorker(ctx context.Context, src *audience.Reader, o *Options, c Counter) *worker {
	w := &worker{opts: o, rows: src.NewScanner(), counter: c}
	for _, b := range o.Bundles {
		in := b.NewInput()
		in.Now, in.Context = o.Now, ctx
		w.at.Inputs = append(w.at.Inputs, in)
		w.at.Decisions = append(w.at.Decisions, nil)
	}
	return w
}

func (w *worker) work(ctx context.Context, todo <-chan *audience.Block, free chan<- *audience.Block) {
	defer func() {
		for _, in := range w.at.Inputs {
			in.Release()
		}
	}()
	for b := range todo {
		w.rows.Reset(b)
		for ctx.Err() == nil && w.rows.Next(&w.row) {
			w.decide()
		}
		free <- b
	}
}

// decide decides on the row with each bundle, and counts what came of it.
func (w *worker) decide() {
	err := w.row.Err
	for i := range w.at.Inputs {
		if err == nil {
			err = w.with(i)
		}
	}
	if err != nil {
		w.reject(w.row.Line, err)
		return
	}
	w.at.Line = w.row.Line
	w.result.Rows++
	w.counter.Count(&w.at)
}

// with decides on the row with one bundle.
func (w *worker) with(i int) error {
	in, b := w.at.Inputs[i], w.opts.Bundles[i]
	if err := gate.DecodeBody(in, w.row.Body); err != nil {
		return err
	}
	if w.opts.Message != nil {
		if err := b.Layout().Overlay(w.opts.Message, in.Facts()); err != nil {
			return err
		}
	}
	w.at.Decisions[i] = b.Decide(in)
	return nil
}

// reject notes a row that can't be read. A worker meets rows in their order, so
// its first few are enough.
func (w *worker) reject(line int64, err error) {
	w.result.Rejected++
	if len(w.result.Rejects) < maxRejects {
		w.result.Rejects = append(w.result.Rejects, Reject{line, err.Error()})
	}
}

// lineName names a contact without an id.
func lineName(line int64) string { return "line " + strconv.FormatInt(line, 10) }
