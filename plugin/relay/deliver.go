package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/relay/markers"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/field"
)

// deliverAll is one worker.
func (r *Relay) deliverAll() {
	var buf []byte
	for d := range r.work {
		buf = r.deliver(d, buf[:0])
		r.lanes.leave(d.domain, time.Now())
		r.taken.remove(d.id)
		r.poke()
		if cap(buf) > 1<<20 {
			buf = nil
		}
	}
}

// deliver sees one letter through one try.
func (r *Relay) deliver(d due, buf []byte) []byte {
	defer r.survive(d)
	rt := r.routes[d.source]
	if rt == nil {
		r.settle(d, Later, "no source named "+d.source+" is configured any more", "")
		return buf
	}
	l, err := r.letter(r.hard, d.id)
	switch {
	case errors.Is(err, ErrNone): // somebody dropped it
		return buf
	case err != nil:
		r.settle(d, Later, "the letter can't be read: "+err.Error(), "")
		return buf
	}
	buf, a, err := r.decide(buf, d, l)
	switch {
	case errors.Is(err, errUndecided):
		r.settle(d, Later, err.Error(), "")
	case err != nil:
		r.settle(d, Never, "the gate can't decide on it: "+err.Error(), "")
	case !a.Send:
		r.withhold(d, a.why(), a.DecisionID)
	default:
		r.send(d, rt, l, a)
	}
	return buf
}

// send hands over a letter that the gate lets through, if nothing has happened since.
func (r *Relay) send(d due, rt *route, l *Letter, a *answer) {
	switch barred, err := r.barredSince(d, l); {
	case err != nil:
		r.settle(d, Later, "the legal suppression list can't be asked: "+err.Error(), "")
	case barred:
		r.withhold(d, "withheld: on the legal suppression list since the decision", a.DecisionID)
	default:
		r.carry(d, rt, r.fill(l, a), a)
	}
}

// fresh is how long after its arrival the decision about a letter is taken for new.
const fresh = time.Minute

// barredSince asks about letters that had to wait. All tries of a letter get the
// same answer, but nothing more goes to somebody who has objected meanwhile.
func (r *Relay) barredSince(d due, l *Letter) (bool, error) {
	if l.Kind == Test || r.now()-d.at < fresh.Milliseconds() {
		return false, nil
	}
	e, err := r.opts.Gate.ExplainRequest(gate.Request{Body: l.Facts, Loose: true})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(e.Decision.Reasons, func(x rules.Reason) bool { return x.Code == rules.LegalSuppressed }), nil
}

// letter reads a letter.
func (r *Relay) letter(ctx context.Context, id int64) (*Letter, error) {
	var body []byte
	if err := r.db.QueryRowContext(ctx, "SELECT body FROM letter WHERE id = ?", id).Scan(&body); err != nil {
		return nil, noRow(err)
	}
	l := &Letter{}
	return l, json.Unmarshal(body, l)
}

// answer is what the relay reads of the gate's answer.
type answer struct {
	DecisionID string                     `json:"decision_id"`
	Send       bool                       `json:"send"`
	Action     string                     `json:"action"`
	Variants   map[string]string          `json:"variants"`
	Content    map[string]json.RawMessage `json:"content"`
	By         string                     `json:"by"`
	Degraded   bool                       `json:"degraded"`
	verdict    string                     // of a test: what the gate would have said
}

// errUndecided: the gate is in trouble, and there is time to ask again.
var errUndecided = errors.New("the gate could not decide in time, or not record it")

// decide asks the gate. All tries of a letter get the same answer. Nobody waits
// for it as a platform would: a default answer is taken only when the gate has
// been in trouble for longer than the owner's patience, or the message can't wait.
func (r *Relay) decide(buf []byte, d due, l *Letter) ([]byte, *answer, error) {
	if l.Kind == Test {
		a, err := r.tryOut(l)
		return buf, a, err
	}
	if l.Answer != nil {
		a := &answer{}
		return buf, a, json.Unmarshal(l.Answer, a)
	}
	req := gate.Request{Body: l.Facts, Caller: "relay/" + l.Source, Key: d.name, AnyBody: true, Loose: true}
	req.Again = r.now()-d.at < r.opts.Patience.Milliseconds()
	req.Sends = func(class string) bool { return field.AlwaysSent(class) || !req.Again && !l.Hold }
	buf, err := r.opts.Gate.Decide(buf, req)
	if errors.Is(err, gate.ErrNoBundle) {
		return buf, nil, errUndecided
	}
	if err != nil {
		return buf, nil, err
	}
	a := &answer{}
	if err := json.Unmarshal(buf, a); err != nil {
		return buf, nil, err
	}
	if a.Degraded && req.Again && !a.Send {
		return buf, nil, errUndecided
	}
	return buf, a, nil
}

// tryOut is decide for a test: it is sent whatever the gate would say.
func (r *Relay) tryOut(l *Letter) (*answer, error) {
	e, err := r.opts.Gate.ExplainRequest(gate.Request{Body: l.Facts, Loose: true})
	if errors.Is(err, gate.ErrNoBundle) {
		return nil, errUndecided
	}
	if err != nil {
		return nil, err
	}
	a := &answer{}
	if err := json.Unmarshal(e.Decision.AppendJSON(nil), a); err != nil {
		return nil, err
	}
	a.verdict = "send"
	if !a.Send {
		a.verdict = a.why()
	}
	a.Send, a.DecisionID = true, ""
	return a, nil
}

// why says what kept a letter back.
func (a *answer) why() string {
	text := "withheld: " + a.Action
	if a.By != "" {
		text += " by " + a.By
	}
	return text
}

// fill puts the chosen content into a letter.
func (r *Relay) fill(l *Letter, a *answer) *Letter {
	choices := make(markers.Choices, len(a.Variants))
	for slot, v := range a.Variants {
		choices[slot] = markers.Choice{Variant: v, Content: a.Content[slot]}
	}
	mode := markers.Text
	if l.HTML {
		mode = markers.HTML
	}
	var found, inSubject markers.Report
	out := *l
	out.Body, found = markers.Fill(l.Body, mode, choices)
	out.Subject, inSubject = markers.Fill(l.Subject, markers.Subject, choices)
	found.Merge(inSubject)
	if len(found.Unknown)+len(found.Bare)+found.Stray > 0 {
		r.counts.badMarks.Add(1)
		r.opts.Log.Warn("a mail's marks do not fit the bundle", "source", l.Source,
			"unknown slots", found.Unknown, "slots without a block", found.Bare, "marks without a counterpart", found.Stray)
	}
	if a.verdict != "" {
		out.Headers = append(append([]Header(nil), l.Headers...), Header{"X-Winnow-Test", a.verdict})
	}
	return &out
}

// carry hands a letter to its carrier and settles what comes of it.
func (r *Relay) carry(d due, rt *route, l *Letter, a *answer) {
	m := &Mail{Letter: l, Name: d.name, Date: time.UnixMilli(d.at).UTC()}
	out := rt.carrier.Carry(r.hard, m, func() error { return r.mark(d, a) })
	switch {
	case errors.Is(out.Err, errGone):
		return
	case out.Err != nil:
		out = Outcome{Verdict: Later, Why: fmt.Sprintf("the queue can't be written: %v", out.Err)}
	case out.Verdict == Down:
		rests, first := rt.down(time.Now())
		if first {
			r.opts.Log.Warn("the carrier can't be reached; letters wait", "source", d.source, "error", out.Why)
		}
		r.postpone(d, time.Until(rests), out.Why)
		return
	}
	if rt.up() {
		r.opts.Log.Info("the carrier is back", "source", d.source)
	}
	r.settle(d, out.Verdict, out.Why, a.DecisionID)
}
