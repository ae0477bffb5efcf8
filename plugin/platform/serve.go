package platform

import (
	"encoding/hex"
	"errors"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Serve answers a call: verify, decode, decide, encode. It never fails: trouble
// is answered as the source's owner chose. It keeps nothing of the call, and the
// reply is the caller's, whose memory it uses.
func (s *Source) Serve(c *Call, r *Reply) {
	began := time.Since(epoch)
	r.reset()
	c.publicURL, c.limit = s.opts.PublicURL, s.opts.MaxBody
	w := s.getWork()
	c.room = w.document
	defer func() {
		if cause := recover(); cause != nil {
			s.panicked(c, r, cause)
		}
		s.putWork(w, c)
		s.counts.observe(time.Since(epoch) - began)
	}()
	if s.greeter != nil && s.greeter.Greet(c, r) {
		s.counts.add(greeted)
		return
	}
	if c.TooLarge && s.Standing(c) == Unproven {
		// A signature can't be checked over what is not here. The default says
		// nothing that a stranger may not know, and the platform may lose its contact
		// over a refusal.
		s.trouble(c, r, Trouble{Kind: Unreadable, Err: tooLarge(c.limit), Wants: s.wants(nil, 0)})
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
		if s.opts.Posture.retries() && w.answers[i].isDegraded() && s.wants(w, i) == Retry {
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
