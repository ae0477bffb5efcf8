package platform

import (
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/rules/field"
)

// work is the memory of one call.
type work struct {
	asks     Asks
	bodies   [][]byte
	answers  []Answer
	room     []byte // of the answers
	ends     []int
	document []byte
}

// Serve answers a call: verify, decode, decide, encode. It never fails: trouble
// is answered as the source's owner chose. It keeps nothing of the call, and the
// reply is the caller's, whose memory it uses.
func (s *Source) Serve(c *Call, r *Reply) {
	start := time.Now()
	r.reset()
	c.publicURL, c.limit = s.opts.PublicURL, s.opts.MaxBody
	w := s.getWork()
	c.room = w.document
	defer func() {
		if cause := recover(); cause != nil {
			s.panicked(c, r, cause)
		}
		s.putWork(w, c)
		s.counts.observe(start)
	}()
	if s.greeter != nil && s.greeter.Greet(c, r) {
		s.counts.add(greeted)
		return
	}
	if err := s.verify(c); err != nil {
		s.trouble(c, r, Trouble{Kind: Forged, Err: err})
		return
	}
	if s.listener != nil {
		s.listen(c, r)
		return
	}
	if t, ok := s.answer(w, c, r); !ok {
		s.writeDefault(w, c, &t)
		s.trouble(c, r, t)
	}
}

// verify lets a repeated call pass: it gets the answer that stands recorded.
func (s *Source) verify(c *Call) error {
	if s.opts.Scheme == nil {
		return nil
	}
	err := s.opts.Scheme.Verify(c.Request())
	if errors.Is(err, verify.Replayed) {
		return nil
	}
	return err
}

// answer takes a verified call to its reply; ok is false when t stands in the
// way.
func (s *Source) answer(w *work, c *Call, r *Reply) (t Trouble, ok bool) {
	if err := s.adapter.Decode(c, &w.asks); err != nil {
		return s.blame(c, nil, err), false
	}
	if w.asks.Key == "" {
		w.asks.Key = s.once(c)
	}
	if err := s.decide(w); err != nil {
		return s.blame(c, w, err), false
	}
	for i := range w.answers {
		if s.opts.Posture.retries() && degraded(w.answers[i].JSON) && s.wants(w, i) == Retry {
			return Trouble{Kind: Undecided, Err: errDegraded, Wants: Retry}, false
		}
	}
	if !w.asks.Batch && len(w.answers) == 1 && w.answers[0].Err != nil {
		return s.blame(c, w, w.answers[0].Err), false
	}
	if err := s.writeBack(w, c, w.answers); err != nil {
		return s.unwritten(w, err), false
	}
	if err := s.adapter.Encode(c, w.answers, r); err != nil {
		return Trouble{Kind: Undecided, Err: err, Wants: s.wants(w, 0)}, false
	}
	s.counts.add(answered)
	return Trouble{}, true
}

var errDegraded = errors.New("no decision could be made or recorded in time")

// once is what tells a signed call from others when the adapter has nothing
// better: what its signature covers.
func (s *Source) once(c *Call) string {
	if s.opts.Scheme == nil {
		return ""
	}
	sum, ok := s.opts.Scheme.Once(c.Request())
	if !ok {
		return ""
	}
	return "signed " + hex.EncodeToString(sum[:])
}

// request is what all decisions of a call have in common.
func (s *Source) request(w *work) gate.Request {
	return gate.Request{
		Caller: s.caller, Key: w.asks.Key, AnyBody: !w.asks.SameBody, Loose: true,
		Within: s.opts.Deadline, Sends: s.sends,
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

// named tells whether items have names of their own.
func (s *Source) named(items []Ask) bool {
	for i := range items {
		if items[i].Key != "" {
			return true
		}
	}
	return false
}

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

// wants is the owner's choice for an ask, by its class.
func (s *Source) wants(w *work, i int) OnTrouble {
	class := ""
	if w != nil && i < len(w.asks.Items) && s.opts.Posture != (Posture{}) {
		class = payload.Text(payload.Get(w.asks.Items[i].Body(), "message", "class"))
	}
	return s.opts.Posture.For(class)
}

// blame finds out what kind of trouble an error is.
func (s *Source) blame(_ *Call, w *work, err error) Trouble {
	t := Trouble{Kind: Unreadable, Err: err, Wants: s.wants(w, 0)}
	var body *gate.BodyError
	switch {
	case errors.As(err, &body):
		if !s.platform.Keep { // the offset is one in a body that the caller never saw
			own := *body
			own.Offset, t.Err = -1, &own
		}
	case errors.Is(err, gate.ErrKeyReused):
		t.Kind = Conflict
	case errors.Is(err, gate.ErrNoBundle):
		t.Kind = Undecided
	case w != nil:
		t.Kind = Broken
	}
	return t
}

// trouble answers without a decision.
func (s *Source) trouble(c *Call, r *Reply, t Trouble) {
	s.counts.add(resultOf(t.Kind))
	if t.Kind == Broken {
		s.opts.Log.Error("a source failed", "source", s.opts.Name, "error", t.Err)
	}
	r.reset()
	s.adapter.Trouble(c, t, r)
}

// panicked answers after a panic and logs where it was. Its cause may hold what
// a contact sent, so only its type is logged.
func (s *Source) panicked(c *Call, r *Reply, cause any) {
	s.opts.Log.Error("panic", "source", s.opts.Name, "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	s.counts.add(resultOf(Broken))
	r.reset()
	t := Trouble{Kind: Broken, Wants: s.opts.Posture.For("")}
	defer func() {
		if recover() != nil { // the adapter is beyond help
			r.reset()
			t.Problem(r)
		}
	}()
	s.adapter.Trouble(c, t, r)
}

func (s *Source) getWork() *work {
	if w, _ := s.works.Get().(*work); w != nil {
		return w
	}
	return &work{}
}

// putWork gives the memory back, but not what a huge call made of it.
func (s *Source) putWork(w *work, c *Call) {
	const keep = 1 << 20
	if cap(c.document) > cap(w.document) && len(c.document) > 0 && (len(c.Body) == 0 || &c.document[0] != &c.Body[0]) {
		w.document = c.document[:0]
	}
	c.room, c.document, c.plain, c.unpacked = nil, nil, nil, false
	w.asks.reset()
	clear(w.bodies)
	clear(w.answers)
	w.bodies, w.answers = w.bodies[:0], w.answers[:0]
	if cap(w.room) > keep || cap(w.asks.room) > keep || cap(w.document) > keep {
		return
	}
	s.works.Put(w)
}
