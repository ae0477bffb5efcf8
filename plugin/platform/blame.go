package platform

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

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
	if r.Status == 401 && s.opts.Scheme != nil {
		r.Set("WWW-Authenticate", s.opts.Scheme.Challenge())
	}
}

// logPanic logs where a panic was. Its cause may hold what a contact sent, so only
// its type is logged.
func (s *Source) logPanic(cause any) {
	s.opts.Log.Error("panic", "source", s.opts.Name, "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
}

// panicked answers after a panic.
func (s *Source) panicked(c *Call, r *Reply, cause any) {
	s.logPanic(cause)
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
