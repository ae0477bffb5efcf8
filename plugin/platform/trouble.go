package platform

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/field"
)

// OnTrouble is what the owner wants when winnow is in trouble.
type OnTrouble string

// The choices. Retry is for platforms that call again.
const (
	SendDefault OnTrouble = "send"
	HoldBack    OnTrouble = "hold"
	Retry       OnTrouble = "retry"
)

// Posture is what the owner wants when winnow is in trouble, by message class.
// Transactional, service and legal messages are sent, whatever it says. The zero
// value sends.
type Posture struct {
	Marketing, Research OnTrouble
	// Class is what a message is taken for that does not say.
	Class string
}

// For is the choice for a message class.
func (p Posture) For(class string) OnTrouble {
	if class == "" {
		class = p.Class
	}
	choice := p.Marketing
	switch {
	case field.AlwaysSent(class):
		return SendDefault
	case class == "research":
		choice = p.Research
	}
	if choice == "" {
		return SendDefault
	}
	return choice
}

// retries reports whether the owner wants to be asked again about anything.
func (p Posture) retries() bool { return p.Marketing == Retry || p.Research == Retry }

// TroubleKind says why there is no decision.
type TroubleKind string

// The kinds of trouble.
const (
	// Forged: the call could not be verified. It may be anybody's.
	Forged TroubleKind = "forged"
	// Unreadable: the call can't be understood, or is too large.
	Unreadable TroubleKind = "unreadable"
	// Undecided: there is no bundle, or the owner wants to be asked again rather
	// than have a default go out.
	Undecided TroubleKind = "undecided"
	// Conflict: the key was used with another body.
	Conflict TroubleKind = "conflict"
	// Broken: a bug in here.
	Broken TroubleKind = "broken"
)

// Trouble is why there is no decision, and what the owner wants then.
type Trouble struct {
	Kind TroubleKind
	Err  error
	// Wants is the owner's choice for this class of message. For Forged it has no
	// say: nobody knows whose call it is.
	Wants OnTrouble
}

// Default is the default decision in this trouble, as an answer to encode: it
// says what the owner wants, and names no variants, so that the platform's own
// defaults stand.
func (t Trouble) Default() Answer {
	code, action := rules.InputDefault, "send" // as Bundle.Default has it
	if t.Kind != Unreadable {
		code = rules.BundleDefault
	}
	send := t.Wants == SendDefault
	if !send {
		action = "hold"
	}
	return Answer{JSON: []byte(`{"decision_id":"","send":` + strconv.FormatBool(send) + `,"action":"` + action +
		`","by":"","variants":{},"content":{},"personas":[],"reasons":[{"code":"` + string(code) +
		`"}],"hold_until":null,"route":[],"ask":[],"review_by":null,"holdout":false,"degraded":true,"bundle":""}`)}
}

// Status is the HTTP status that says what happened, to a caller who can tell
// statuses apart.
func (t Trouble) Status() int {
	switch {
	case t.Kind == Forged:
		return 401
	case errors.Is(t.Err, ErrTooLarge):
		return 413
	case errors.Is(t.Err, ErrMethod):
		return 405
	case errors.Is(t.Err, ErrMediaType), errors.Is(t.Err, ErrEncoding):
		return 415
	case t.Kind == Unreadable:
		return 400
	case t.Kind == Conflict:
		return 409
	case t.Kind == Undecided:
		return 503
	}
	return 500
}

// SayDefault has the adapter encode the default, unless nobody knows whose call it
// is: for platforms that read the answer and nothing else.
func (t Trouble) SayDefault(a Adapter, c *Call, r *Reply) {
	if t.Kind == Forged || a.Encode(c, []Answer{t.Default()}, r) != nil {
		t.Problem(r)
	}
}

// Problem makes the reply RFC 9457 problem details: what happened and what to
// do, without a value that came in. It suits whoever is the owner's own program,
// and Forged anywhere.
func (t Trouble) Problem(r *Reply) {
	p := struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Field  string `json:"field,omitempty"`
	}{Type: "urn:winnow:problem:" + string(t.Kind), Status: t.Status()}
	p.Title, p.Detail, p.Field = t.words()
	out, err := json.Marshal(p)
	if err != nil {
		out = []byte(`{"title":"Internal error","status":500}`) // never: it is all plain data
	}
	r.JSON(p.Status, out)
	r.Set("Content-Type", "application/problem+json")
	if p.Status == 503 {
		r.Set("Retry-After", "5")
	}
}

func (t Trouble) words() (title, detail, field string) {
	var v *verify.Error
	var b *gate.BodyError
	switch {
	case errors.As(t.Err, &v):
		return "The call is not authentic", v.Detail + ": " + v.Reason.Hint(), ""
	case errors.As(t.Err, &b):
		detail = b.Msg
		if b.Fix != "" {
			detail += "; " + b.Fix
		}
		return "The call can't be used", detail, b.Field
	case t.Kind == Unreadable && t.Err != nil:
		return "The call can't be used", t.Err.Error(), ""
	case t.Kind == Conflict:
		return "Key reused", gate.ErrKeyReused.Error(), ""
	case errors.Is(t.Err, errUnkept):
		return "Events not kept", "winnow can't keep the events at the moment: send them again", ""
	case errors.Is(t.Err, ErrUnwritten):
		return "Decision not kept", "winnow can't keep the decision to write it back at the moment: ask again", ""
	case t.Kind == Undecided:
		return "No decision", "winnow can't decide at the moment: ask again", ""
	}
	return "Internal error", "something went wrong here; the server's log says what", ""
}
