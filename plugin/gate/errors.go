package gate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/winnow-gate/winnow/rules/facts"
)

// The errors that callers can act on.
var (
	// ErrNoBundle: nothing to decide with yet.
	ErrNoBundle = errors.New("no bundle is loaded yet")
	// ErrKeyReused: the idempotency key was used before, with another body.
	ErrKeyReused = errors.New("the idempotency key was used with another body: use a new key for a new request")
	// ErrNoLog: the gate has no decision log.
	ErrNoLog = errors.New("winnow runs without a decision log, so there is nothing to look up")
	// ErrTooMany: a batch has more items than the caller allows.
	ErrTooMany = errors.New("the batch has too many items")
	// ErrBadID: the text is no decision id.
	ErrBadID = errors.New("not a decision id: it has 13 letters and digits")
)

// BodyError says why a body can't be decided on. It holds no values of it.
type BodyError struct {
	// Field is the path of the field or group at fault, "" when it is none.
	Field string
	// Offset is the byte at which reading stopped, -1 when there is none.
	Offset int
	// Msg says what is wrong, Fix what to do.
	Msg, Fix string
}

// Error gives message and place.
func (e *BodyError) Error() string {
	msg := e.Msg
	if e.Field != "" {
		msg = e.Field + ": " + msg
	}
	if e.Offset >= 0 {
		msg = fmt.Sprintf("%s (byte %d)", msg, e.Offset)
	}
	return msg
}

const shape = `send one JSON object like {"contact": {"id": "…"}, "message": {"class": "marketing"}}`

// bodyError turns what the decoder says of a body into a BodyError.
func bodyError(body []byte, err error) error {
	var f *facts.Error
	switch {
	case space(body, 0) == len(body):
		return &BodyError{Offset: 0, Msg: "the body is empty", Fix: shape}
	case !errors.As(err, &f):
		return &BodyError{Offset: -1, Msg: err.Error(), Fix: shape}
	}
	return &BodyError{Field: f.Path, Offset: f.Offset, Msg: f.Msg, Fix: shape}
}

// wantContact fails when a body, which is a JSON object, has no object under
// "contact". It is slow, and asked only about bodies that name neither
// contact.id nor contact.email.
func wantContact(body []byte) error {
	var top map[string]json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		return &BodyError{Offset: -1, Msg: "the body can't be read as JSON", Fix: shape}
	}
	contact, given := top["contact"]
	switch {
	case !given:
		return &BodyError{Field: "contact", Offset: -1, Msg: "the contact is missing", Fix: shape}
	case len(contact) == 0 || contact[0] != '{':
		return &BodyError{Field: "contact", Offset: -1, Msg: "the contact must be an object", Fix: shape}
	}
	return nil
}
