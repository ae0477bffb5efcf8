package platform

import (
	"context"
	"errors"
	"fmt"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// Writer is what the adapter of a platform that reads no answers is besides:
// decisions get to it as fields of its contacts. What it makes is durable before
// the platform gets its answer.
type Writer interface {
	// Target is how fields are written.
	Target() writeback.Platform
	// Writes makes the writes of a call's answers, in the order of the asks.
	Writes(c *Call, asks *Asks, answers []Answer) ([]writeback.Write, error)
}

// Outbox takes writes; when it returns nil they are durable. A *writeback.Engine
// does.
type Outbox interface {
	Put(ctx context.Context, ws ...writeback.Write) error
}

// ErrUnwritten says that there is a decision, and that it will not get to the
// platform.
var ErrUnwritten = errors.New("the decision could not be kept to be written to the platform")

// Target is how the source's decisions are written to its platform; nil when the
// platform reads them from answers.
func (s *Source) Target() writeback.Platform {
	if s.writer == nil {
		return nil
	}
	return s.writer.Target()
}

// CheckSlots says what is wrong with a bundle's slots for the source's platform:
// two of them may come to the same field.
func (s *Source) CheckSlots(slots []string) error {
	c, ok := s.adapter.(interface{ CheckSlots([]string) error })
	if !ok {
		return nil
	}
	if err := c.CheckSlots(slots); err != nil {
		return fmt.Errorf("source %s: %w (setting fields)", s.opts.Name, err)
	}
	return nil
}

// writeBack hands decisions to the outbox. It is not cut short by the deadline
// of the decision: a decision that is not written is worth nothing.
func (s *Source) writeBack(w *work, c *Call, answers []Answer) error {
	if s.writer == nil || s.opts.Outbox == nil {
		return nil
	}
	ws, err := s.writer.Writes(c, &w.asks, answers)
	if err != nil {
		return err
	}
	if len(ws) == 0 {
		return nil
	}
	for i := range ws {
		ws[i].Target = s.opts.Name
	}
	if err := s.opts.Outbox.Put(context.Background(), ws...); err != nil {
		if errors.Is(err, writeback.ErrBadWrite) {
			return err
		}
		return fmt.Errorf("%w: %w", ErrUnwritten, err)
	}
	return nil
}

// unwritten is the trouble of a decision that could not be kept. A platform that
// calls again is asked to, whatever the owner wants of messages: then nothing is
// lost.
func (s *Source) unwritten(w *work, err error) Trouble {
	if !errors.Is(err, ErrUnwritten) {
		return s.blame(nil, nil, err)
	}
	s.opts.Log.Error("a decision could not be kept to be written back", "source", s.opts.Name, "error", err)
	t := Trouble{Kind: Undecided, Err: err, Wants: s.wants(w, 0)}
	if s.platform.AsksAgain {
		t.Wants = Retry
	}
	return t
}

// writeDefault writes what the owner wants in trouble, when the call could be
// read: else the fields would keep what an older decision said.
func (s *Source) writeDefault(w *work, c *Call, t *Trouble) {
	if t.Kind != Undecided && t.Kind != Broken || t.Wants == Retry || errors.Is(t.Err, ErrUnwritten) || len(w.asks.Items) == 0 {
		return
	}
	answers := make([]Answer, len(w.asks.Items))
	for i := range answers {
		answers[i] = t.Default()
	}
	if err := s.writeBack(w, c, answers); err != nil {
		*t = s.unwritten(w, err)
	}
}

// DecideLater decides on a contact that was looked up after the call was
// answered. A write that is asked about twice gets one decision.
func (s *Source) DecideLater(_ context.Context, body []byte, w writeback.Write) (writeback.Write, error) {
	out, err := s.decider.Decide(nil, gate.Request{
		Body: body, Caller: s.caller, Key: fmt.Sprintf("asked %s%s %d", w.Contact.ID, w.Contact.Email, w.Decided.UnixNano()), AnyBody: true, Loose: true,
		Within: s.opts.Deadline, Sends: s.sends,
	})
	if err != nil {
		t := &writeback.Trouble{Kind: writeback.Later, Text: err.Error()}
		if whole(err) == nil {
			t.Kind, t.Text = writeback.Refused, "the contact that was looked up can't be decided on: check the source's mapping"
		}
		return w, t
	}
	return writeback.FromAnswer(out, s.opts.Name, w.Contact, MessageOf(body), w.Decided)
}

// MessageOf is what a body is about: the campaign, or else the message.
func MessageOf(body []byte) string {
	for _, name := range []string{"campaign", "id"} {
		if v := payload.Text(payload.Get(body, "message", name)); v != "" {
			return v
		}
	}
	return ""
}
