package screen

import (
	"context"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

// worker decides on the rows of one block after the other.
type worker struct {
	opts *Options
	ctx  context.Context
	in   *rules.Input
	more Hearing // may be nil
	rows *audience.Scanner
	row  rowWriter
}

func newWorker(ctx context.Context, src *audience.Reader, o *Options) *worker {
	in := o.Bundle.NewInput()
	in.Now, in.Context = o.Now, ctx
	w := &worker{opts: o, ctx: ctx, in: in, rows: src.NewScanner(), row: newRowWriter(o)}
	if o.Hearing != nil {
		w.more = o.Hearing()
	}
	return w
}

func (w *worker) work(todo <-chan *job) {
	defer w.in.Release()
	if w.more != nil {
		defer w.more.Close()
	}
	for j := range todo {
		w.decide(j)
		j.done <- struct{}{}
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
	for row, ok := w.rows.Next(); ok; row, ok = w.rows.Next() {
		err := row.Err
		if err == nil {
			err = w.read(row.Body)
		}
		if err != nil {
			p.Counts.Rejected++
			p.Rejects = appendReject(p.Rejects, row.Line, err)
			continue
		}
		d := w.opts.Bundle.Decide(w.in)
		p.Counts.add(d)
		p.Out = w.row(p.Out, row.Line, w.in, d)
	}
}

// read decodes a row, lays the message over it and adds what is heard.
func (w *worker) read(body []byte) error {
	if err := gate.DecodeBody(w.in, body); err != nil {
		return err
	}
	if w.opts.Message != nil {
		if err := w.opts.Bundle.Layout().Overlay(w.opts.Message, w.in.Facts()); err != nil {
			return err
		}
		body = w.opts.Message
	}
	if w.more != nil {
		w.more.Hear(w.ctx, w.in, body)
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
