package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/apart"
)

// Options of a run.
type Options struct {
	Bundle *rules.Bundle
	// Now is the clock of all decisions.
	Now time.Time
	// Message is a body that is laid over that of each row, to say which send the
	// decisions are for: {"message": {…}}. Nil leaves rows as they are.
	Message []byte
	// Hearing makes what tells a worker more of a contact than its row does; nil
	// leaves it at the rows.
	Hearing func() Hearing
	// Workers decide at once; 0 leaves it to audience.Workers.
	Workers int
	// CSV writes decisions as rows of CSV; NDJSON is the default.
	CSV bool
}

// Hearing fills in what is known of a contact besides its row. body is the row or,
// if there is one, Options.Message.
type Hearing interface {
	Hear(ctx context.Context, in *rules.Input, body []byte)
	Close()
}

// Part is what became of some blocks of rows.
type Part struct {
	// Out are the decisions, Rejects the rows that could not be read, as text.
	Out, Rejects []byte
	Counts       Counts
	// End is the place in the file behind the blocks.
	End audience.Place
}

// A Sink takes the parts of a run, in order. A part is good until Put returns.
type Sink interface{ Put(*Part) error }

// roomFor is how many outcomes a job has room for to begin with.
const roomFor = 8

// job is blocks on their way. What comes of two is written at once: that takes a
// file system less than twice what half of it does.
type job struct {
	blocks [2]audience.Block
	n      int // of them, from the first
	part   Part
	done   chan struct{}
}

// fill reads the job's blocks. With an error, too, it may have some.
func (j *job) fill(src *audience.Reader) error {
	for j.n = 0; j.n < len(j.blocks); j.n++ {
		if err := src.Read(&j.blocks[j.n]); err != nil {
			return err
		}
	}
	return nil
}

// Run decides on all rows of a reader. It ends early when ctx does, or with the
// error of the sink or of reading; whatever was put into the sink by then is
// whole and in order.
func Run(ctx context.Context, src *audience.Reader, o Options, sink Sink) error {
	o.Workers = audience.Workers(o.Workers)
	if err := o.check(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	p := &pipe{
		free: make(chan *job, 2*o.Workers+1), // bounds what is in memory
		todo: make(chan *job, 2*o.Workers+1), order: make(chan *job, 2*o.Workers+1),
	}
	for range cap(p.free) {
		j := &job{done: make(chan struct{}, 1)}
		j.part.Counts.Outcomes = apart.Slice[Outcome](roomFor)[:0]
		p.free <- j
	}
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() { p.read(ctx, src) })
	for range o.Workers {
		w := newWorker(ctx, src, &o)
		all.Go(func() { w.work(p.todo) })
	}
	return p.write(ctx, sink)
}

func (o *Options) check() error {
	if o.Message == nil {
		return nil
	}
	in, err := o.Bundle.Input(o.Message, o.Now)
	if err != nil {
		return fmt.Errorf("the message can't be used: %w", err)
	}
	in.Release()
	return nil
}

// pipe is what the goroutines of a run pass jobs through.
type pipe struct {
	free, todo, order chan *job
	err               error // of reading; set before order is closed
}

// read fills free jobs with blocks, until there are none or ctx ends.
func (p *pipe) read(ctx context.Context, src *audience.Reader) {
	defer close(p.order)
	defer close(p.todo)
	for {
		var j *job
		select {
		case j = <-p.free:
		case <-ctx.Done():
			p.err = ctx.Err()
			return
		}
		if ctx.Err() != nil {
			p.err = ctx.Err()
			return
		}
		err := j.fill(src)
		if j.n > 0 {
			p.todo <- j // never blocks: there are no more jobs than room
			p.order <- j
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				p.err = err
			}
			return
		}
	}
}

// write takes finished jobs in order to the sink.
func (p *pipe) write(ctx context.Context, sink Sink) error {
	for j := range p.order {
		<-j.done
		if ctx.Err() != nil {
			return ctx.Err() // a decision cut short by it may be in this part
		}
		if err := sink.Put(&j.part); err != nil {
			return err
		}
		p.free <- j
	}
	return p.err
}
