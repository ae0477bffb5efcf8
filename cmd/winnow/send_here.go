package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/rules"
)

// answerHere answers a call in this process.
func (e *env) answerHere(ctx context.Context, c platform.Call, config *sources.Config, f sendFlags) error {
	g, err := gate.New(gate.Options{Rules: compileOptions(), Clock: func() time.Time { return c.Received }, Deadline: 10 * time.Second})
	if err != nil {
		return err
	}
	defer g.Close()
	if err := g.Reload(ctx, os.DirFS(f.bundle)); err != nil {
		return err
	}
	w := &witness{Decider: g}
	handOver(config, relay.DryRun{}) // nothing is delivered from here
	throughGhost(config, dryGhost())
	config.Options.Inbox = shownInbox{e.stdout}
	s, err := platform.NewSource(config.Platform, config.Options, w)
	if err != nil {
		return err
	}
	var r platform.Reply
	s.Serve(&c, &r)
	for i, q := range w.requests {
		fmt.Fprintf(e.stdout, "asked%s\n%s\n", keyOf(q), pretty(q.Body))
		if !f.explain {
			continue
		}
		x, err := g.ExplainRequest(q)
		if err != nil {
			return err
		}
		if err := x.WriteText(e.stdout, rules.Look{Colour: e.colour, Width: columnsOf(e.stdout)}); err != nil {
			return err
		}
		if i+1 < len(w.requests) {
			fmt.Fprintln(e.stdout)
		}
	}
	e.showReply(&r, config)
	return verdict(&r)
}

// witness sees what the gate is asked.
type witness struct {
	platform.Decider
	requests []gate.Request
}

func (w *witness) note(q gate.Request) {
	q.Body, q.Values = bytes.Clone(q.Text()), nil
	w.requests = append(w.requests, q)
}

func (w *witness) Decide(dst []byte, q gate.Request) ([]byte, error) {
	w.note(q)
	return w.Decider.Decide(dst, q)
}

func (w *witness) Batch(q gate.Request, items [][]byte, yield func(int, []byte, error)) error {
	for _, item := range items {
		one := q
		one.Body = item
		w.note(one)
	}
	return w.Decider.Batch(q, items, yield)
}

var _ platform.Decider = (*witness)(nil)
