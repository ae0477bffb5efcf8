package platform

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Listener is what the adapter of a platform is that tells of what happened after
// a send, and asks for no decision: its calls are read for events and nothing
// else. What a call tells is durable before the platform gets its answer.
type Listener interface {
	// Events reads the events of a verified call, in order, without their Source.
	// Kinds that say nothing about a contact are left out. An error means that the
	// call can't be understood.
	Events(c *Call, add func(ledger.Event)) error
}

// Inbox takes events; when it returns nil they are durable. A *ledger.Ledger
// does.
type Inbox interface {
	Put(ctx context.Context, events ...ledger.Event) error
}

var (
	errNoInbox = errors.New("there is nowhere to keep events: winnow serve keeps them beside its decision log")
	errUnkept  = errors.New("the events could not be kept")
)

// listen takes what a call tells. An event that says of nobody, or that a repeat
// could not be told of, is passed over: the platform would only send it again. A
// panic of the adapter is Serve's.
func (s *Source) listen(c *Call, r *Reply) {
	var list []ledger.Event
	passed := 0
	err := s.listener.Events(c, func(e ledger.Event) {
		e.Source, e.ContactID, e.Email = s.opts.Name, payload.Known(e.ContactID), payload.Known(e.Email)
		if e.ID == "" && (e.Kind == ledger.Unsubscribe || e.Kind == ledger.Complaint) {
			// An objection may be told twice, and must never be passed over.
			e.ID = fmt.Sprint("unnamed ", c.Received.UnixNano(), " ", len(list))
		}
		if e.Check() != nil {
			passed++
			return
		}
		list = append(list, e)
	})
	if err != nil {
		s.trouble(c, r, Trouble{Kind: Unreadable, Err: err})
		return
	}
	if err := s.keep(list); err != nil {
		s.opts.Log.Error("events could not be kept; the platform is asked to send them again", "source", s.opts.Name, "error", err)
		s.trouble(c, r, Trouble{Kind: Undecided, Err: err, Wants: Retry})
		return
	}
	r.JSON(200, []byte(`{"accepted":`+strconv.Itoa(len(list))+`,"passed_over":`+strconv.Itoa(passed)+`}`))
	s.counts.add(answered)
}

func (s *Source) keep(list []ledger.Event) error {
	switch {
	case len(list) == 0:
		return nil
	case s.opts.Inbox == nil:
		return fmt.Errorf("%w: %w", errUnkept, errNoInbox)
	}
	if err := s.opts.Inbox.Put(context.Background(), list...); err != nil { // not cut short: what is kept is not sent again
		return fmt.Errorf("%w: %w", errUnkept, err)
	}
	return nil
}
