package screen

import (
	"context"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/apart"
)

// atOnce is how many rows a worker reads before it decides on them, and decides on
// before it writes of them: the code and the tables of each step then stay in the
// processor's nearest memory for some rows. Eight and 32 gain a little less.
const atOnce = 16

// worker decides on the rows of one block after the other.
type worker struct {
	opts  *Options
	ctx   context.Context
	rows  *audience.Scanner
	seats []seat
	write rowWriter
}

// seat is for one of the rows that are decided on at once.
type seat struct {
	row  audience.Row
	in   *rules.Input
	more Hearing // may be nil
	d    *rules.Decision
}

func newWorker(ctx context.Context, src *audience.Reader, o *Options) *worker {
	w := &worker{opts: o, ctx: ctx, rows: src.NewScanner(), seats: apart.Slice[seat](atOnce), write: newRowWriter(o)}
	for i := range w.seats {
		s := &w.seats[i]
		s.in = o.Bundle.NewInput()
		s.in.Now, s.in.Context = o.Now, ctx
		if o.Hearing != nil {
			s.more = o.Hearing()
		}
	}
	return w
}

func (w *worker) work(todo <-chan *job) {
	defer w.release()
	for j := range todo {
		w.decide(j)
		j.done <- struct{}{}
	}
}

func (w *worker) release() {
	for _, s := range w.seats {
		s.in.Release()
		if s.more != nil {
			s.more.Close()
		}
	}
}

func (w *worker) decide(j *job) {
	p := &j.part
	p.Out, p.Rejects = p.Out[:0], p.Rejects[:0]
	p.Counts.reset()
	for i := range j.blocks[:j.n] {
		w.block(&j.blocks[i], p)
	}
}

func (w *worker) block(b *audience.Block, p *Part) {
	p.End = b.End
	w.rows.Reset(b)
	for more := true; more; {
		var taken []seat
		taken, more = w.fill(p)
		for i := range taken {
			s := &taken[i]
			s.d = w.opts.Bundle.Decide(s.in)
		}
		for i := range taken {
			s := &taken[i]
			p.Counts.add(s.d)
			p.Out = w.write(p.Out, s.row.Line, s.in, s.d)
		}
	}
}

// fill reads rows of the block into seats; false when it has no more. Rows that
// can't be read take none.
func (w *worker) fill(p *Part) (taken []seat, more bool) {
	for n := 0; n < len(w.seats); {
		s := &w.seats[n]
		if !w.rows.Next(&s.row) {
			return w.seats[:n], false
		}
		if err := w.read(s); err != nil {
			p.Counts.Rejected++
			p.Rejects = appendReject(p.Rejects, s.row.Line, err)
			continue
		}
		n++
	}
	return w.seats, true
}

// read decodes a row, lays the message over it and adds what is heard.
func (w *worker) read(s *seat) error {
	if s.row.Err != nil {
		return s.row.Err
	}
	body := s.row.Body
	if err := gate.DecodeBody(s.in, body); err != nil {
		return err
	}
	if w.opts.Message != nil {
		if err := w.opts.Bundle.Layout().Overlay(w.opts.Message, s.in.Facts()); err != nil {
			return err
		}
		body = w.opts.Message
	}
	if s.more != nil {
		s.more.Hear(w.ctx, s.in, body)
	}
	return nil
}

// RejectHeader is the first line of a file of rejects.
const RejectHeader = "line,reason\n"

// appendReject names a row that can't be read, and why; without what is in it.
func appendReject(dst []byte, line int64, err error) []byte {
	dst = strconv.AppendInt(dst, line, 10)
	dst = append(dst, `,"`...)
	dst = append(dst, strings.ReplaceAll(err.Error(), `"`, `""`)...)
	return append(dst, "\"\n"...)
}
