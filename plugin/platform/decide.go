package platform

import (
	"errors"
	"fmt"
	"sync"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules/field"
)

// request is what all decisions of a call have in common.
func (s *Source) request(w *work) gate.Request {
	return gate.Request{
		Caller: s.caller, Key: w.asks.Key, AnyBody: !w.asks.SameBody, Loose: true,
		Within: s.opts.Deadline, Sends: s.isSent,
		Again: s.platform.HandsOver || s.opts.Posture.retries(),
	}
}

// sends is who is sent to by a default answer. What is handed over can wait for
// a decision: it is asked for again, so marketing is not sent by a default.
func (s *Source) sends(class string) bool {
	if s.platform.HandsOver {
		return field.AlwaysSent(class)
	}
	return s.opts.Posture.For(class) != HoldBack
}

// decide answers all asks.
func (s *Source) decide(w *work) error {
	items := w.asks.Items
	if cap(w.answers) < len(items) {
		w.answers = make([]Answer, len(items))
	}
	w.answers = w.answers[:len(items)]
	clear(w.answers)
	switch {
	case len(items) == 0:
		return nil
	case len(items) == 1 && items[0].Err == nil:
		return s.decideOne(w, &items[0])
	case s.named(items):
		return s.decideEach(w)
	}
	return s.decideAll(w)
}

func (s *Source) decideOne(w *work, ask *Ask) error {
	req := s.request(w)
	req.Outline = &w.answers[0].outline
	if ask.put(&req); ask.Key != "" {
		req.Key = ask.Key
	}
	out, err := s.decider.Decide(w.room[:0], req)
	w.room = out
	if err != nil {
		w.answers[0].Err = err
		return whole(err)
	}
	w.answers[0].JSON = out
	return nil
}

// whole is an error that is not one contact's alone.
func whole(err error) error {
	var body *gate.BodyError
	if errors.As(err, &body) {
		return nil
	}
	return err
}

// named reports whether items have names of their own.
func (s *Source) named(items []Ask) bool {
	for i := range items {
		if items[i].Key != "" {
			return true
		}
	}
	return false
}

var errBug = errors.New("a decision panicked")

// width is how many decisions of one call are under way at once: enough for the
// log to commit many together.
const width = 32

// decideEach decides on items with names of their own, side by side.
func (s *Source) decideEach(w *work) error {
	var wg sync.WaitGroup
	slots := make(chan struct{}, width)
	if s.opts.OneByOne {
		slots = make(chan struct{}, 1)
	}
	for i := range w.asks.Items {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ask, a := &w.asks.Items[i], &w.answers[i]
			defer func() { // Serve's own does not reach here
				if cause := recover(); cause != nil {
					s.logPanic(cause)
					a.JSON, a.Err = nil, errBug
				}
			}()
			if a.Err = ask.Err; a.Err != nil {
				return
			}
			req := s.request(w)
			if ask.put(&req); ask.Key != "" {
				req.Key = ask.Key
			} else if req.Key != "" {
				req.Key += fmt.Sprint(" ", i)
			}
			a.JSON, a.Err = s.decider.Decide(nil, req)
		})
	}
	wg.Wait()
	for i := range w.answers {
		if a := &w.answers[i]; a.Err != nil && w.asks.Items[i].Err == nil && whole(a.Err) != nil && !errors.Is(a.Err, gate.ErrKeyReused) {
			return a.Err
		}
	}
	return nil
}

// decideAll decides on what comes under one name, with one wait for the log.
func (s *Source) decideAll(w *work) error {
	req := s.request(w)
	w.bodies, w.room, w.ends = w.bodies[:0], w.room[:0], w.ends[:0]
	for i := range w.asks.Items {
		w.bodies = append(w.bodies, w.asks.Items[i].Body())
	}
	err := s.decider.Batch(req, w.bodies, func(i int, answer []byte, err error) {
		w.room = append(w.room, answer...)
		w.ends = append(w.ends, len(w.room))
		w.answers[i].Err = err
	})
	if err != nil {
		return err
	}
	from := 0
	for i := range w.answers {
		a := &w.answers[i]
		if own := w.asks.Items[i].Err; own != nil {
			a.Err = own
		}
		if a.Err == nil {
			a.JSON = w.room[from:w.ends[i]:w.ends[i]]
		}
		from = w.ends[i]
	}
	return nil
}
