package ghost

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules/field"
)

// noteLimit bounds the wait for the book's file.
const noteLimit = 5 * time.Second

// handOver hands the message over to Mailgun for those who are sent to, each
// once, and answers.
func (a *adapter) handOver(c *platform.Call, name string, m *message, answers []platform.Answer, r *platform.Reply) {
	var kept []int
	for i := range m.people {
		if i < len(answers) && a.keeps(m, &answers[i]) {
			kept = append(kept, i)
		}
	}
	sent, dropped := 0, len(m.people)-len(kept)
	defer func() { held(r, sent, dropped) }()
	if !slices.ContainsFunc(kept, func(i int) bool { return m.people[i].field == "to" }) {
		dropped = len(m.people)
		a.accept(m, r, "winnow holds this message back from everybody of this batch")
		return
	}
	h, err := a.begin(m, kept)
	if err != nil {
		refuse(r, err)
		return
	}
	if len(h.Fresh) == 0 {
		sent = len(kept)
		a.replay(m, h.Answer, r)
		return
	}
	fresh := make([]int, len(h.Fresh))
	for k, i := range h.Fresh {
		fresh[k] = kept[i]
	}
	f, err := a.write(m, fresh, answers)
	if err != nil {
		refuse(r, errors.Join(err, a.note(h.NotTaken)))
		return
	}
	got, fate := a.post(c, name, f)
	if fate == taken {
		sent = len(kept)
	}
	a.end(h, m, got, fate, r)
}

// begin asks the book who may be handed over. Messages without an id have no
// repeats. What may not wait goes out even if nothing can be noted.
func (a *adapter) begin(m *message, kept []int) (*handed.Handover, error) {
	everybody := &handed.Handover{Fresh: make([]int, len(kept))}
	people := make([]string, len(kept))
	for k, i := range kept {
		everybody.Fresh[k], people[k] = k, m.people[i].email
	}
	if m.id == "" {
		return everybody, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), noteLimit)
	defer cancel()
	h, err := a.opts.Book.Begin(ctx, a.setup.Name, a.domain+" "+m.id, people)
	if err == nil || errors.Is(err, handed.ErrBusy) || errors.Is(err, handed.ErrUnsure) {
		return h, err
	}
	if field.AlwaysSent(m.class()) {
		return everybody, nil
	}
	return nil, errors.Join(errNotNoted, err)
}

var errNotNoted = errors.New("it can't be noted who is sent to")

// note tells the book how a handover ended.
func (a *adapter) note(what func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), noteLimit)
	defer cancel()
	return what(ctx)
}

// recorded is an answer of Mailgun's as the book keeps it.
type recorded struct {
	Status int    `json:"status"`
	Type   string `json:"type"`
	Body   []byte `json:"body"`
}

// end notes how the handover ended and answers. A note that fails leaves the
// handover under way, so it is in doubt after the next start: nothing is sent
// twice by it.
func (a *adapter) end(h *handed.Handover, m *message, got *answer, f fate, r *platform.Reply) {
	switch f {
	case taken:
		if payload.Get(got.body, "id") == nil { // Ghost takes that for a failure, and would post a batch again that is sent
			a.accept(m, r, "Queued. Thank you.")
		} else {
			got.write(r)
		}
		out, err := json.Marshal(recorded{r.Status, r.Get("Content-Type"), r.Body})
		if err == nil {
			_ = a.note(func(ctx context.Context) error { return h.Taken(ctx, out) })
		}
	case notTaken:
		_ = a.note(h.NotTaken)
		if got != nil {
			got.write(r)
			return
		}
		say(r, 503, "Mailgun can't be reached: nobody was sent to, try again")
		r.Set("Retry-After", "10")
	default:
		_ = a.note(h.Doubt)
		say(r, 502, doubt)
	}
}

const doubt = "nobody knows whether Mailgun has taken this batch, so it is not sent again: look into Mailgun's log, then settle it with winnow handed"

// refuse answers what can't be handed over now.
func refuse(r *platform.Reply, err error) {
	switch {
	case errors.Is(err, handed.ErrUnsure):
		say(r, 409, doubt)
	case errors.Is(err, handed.ErrBusy):
		say(r, 503, "this batch is being handed to Mailgun at this moment: ask again")
		r.Set("Retry-After", "10")
	default:
		say(r, 503, "winnow can't note who is sent to, so nobody was: ask again")
		r.Set("Retry-After", "10")
	}
}

// say answers in Mailgun's way.
func say(r *platform.Reply, status int, text string) {
	r.JSON(status, append(payload.Quote([]byte(`{"message":`), text), '}'))
}

// accept answers as Mailgun does when it has taken a message. Ghost wants an id.
func (a *adapter) accept(m *message, r *platform.Reply, text string) {
	sum := sha256.Sum256([]byte(a.key(m) + string(m.about)))
	out := payload.Quote([]byte(`{"id":`), "<winnow."+hex.EncodeToString(sum[:10])+"@"+a.domain+">")
	out = payload.Quote(append(out, `,"message":`...), text)
	r.JSON(200, append(out, '}'))
}

// replay answers a repeat as the first one was.
func (a *adapter) replay(m *message, was []byte, r *platform.Reply) {
	var old recorded
	if json.Unmarshal(was, &old) != nil || old.Status == 0 { // settled by hand: there was no answer
		a.accept(m, r, "Queued. Thank you.")
		return
	}
	(&answer{status: old.Status, kind: old.Type, body: old.Body}).write(r)
}
