package rules

import (
	"context"
	"fmt"
	"time"

	"github.com/winnow-gate/winnow/rules/apart"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Input is all that a decision depends on: a contact and a message as typed
// facts, what is remembered of the contact, and the time. Get one from
// Bundle.NewInput or Bundle.Input. It serves one goroutine at a time and, after
// Release, nobody.
type Input struct {
	// ID becomes the decision's id.
	ID string
	// Now is the decision's clock. now() and every window of time read it.
	Now time.Time
	// Context bounds the wait of modules for a free instance; nil waits for ever.
	Context context.Context
	// State is what is remembered of the contact; nil when nothing is.
	State cond.State

	bundle   *Bundle
	facts    facts.Facts
	frame    cond.Frame
	decision Decision
	names    []string // backs Reason.Fields
	modules  []moduleRun
	lost     *Lost // nil unless DecideWithout
	profiled bool  // no gate kept deciding from asking about the contact
}

// roomFor is how many reasons, personas and names of fields an input has room for
// to begin with.
const roomFor = 8

// NewInput returns an empty input for this bundle, from a pool.
func (b *Bundle) NewInput() *Input {
	in, _ := b.pool.Get().(*Input)
	if in == nil {
		in = &Input{bundle: b, names: apart.Slice[string](roomFor)[:0]}
		d := &in.decision
		d.Variants = apart.Slice[Choice](len(b.slots))[:0]
		d.Personas, d.Reasons = apart.Slice[string](roomFor)[:0], apart.Slice[Reason](roomFor)[:0]
	}
	in.facts.Reset(b.layout)
	return in
}

// Input decodes a request body: {"contact": {…}, "message": {…}, …}, the tree
// of fields. Only the fields that the bundle reads are decoded; the rest is
// checked for being JSON and skipped. The input aliases body until Release.
func (b *Bundle) Input(body []byte, now time.Time) (*Input, error) {
	in := b.NewInput()
	in.Now = now
	if err := in.Decode(body); err != nil {
		in.Release()
		return nil, err
	}
	return in, nil
}

// Decode fills the input from a request body.
func (in *Input) Decode(body []byte) error {
	if err := in.bundle.layout.DecodeJSON(body, &in.facts); err != nil {
		return fmt.Errorf("the body can't be read: %w", err)
	}
	return nil
}

// DecodeLoose fills the input from the body of a platform that sends every value
// as a string: "42", "true" and "a;b" are read as what the field holds.
func (in *Input) DecodeLoose(body []byte) error {
	if err := in.bundle.layout.DecodeJSONLoose(body, &in.facts); err != nil {
		return fmt.Errorf("the body can't be read: %w", err)
	}
	return nil
}

// Facts gives access to the typed facts, for callers that fill them by other
// means than JSON.
func (in *Input) Facts() *facts.Facts { return &in.facts }

// Bundle returns the bundle that the input was made for.
func (in *Input) Bundle() *Bundle { return in.bundle }

// Release gives the input back. Neither it nor its decision may be used again.
func (in *Input) Release() {
	in.ID, in.State, in.Context = "", nil, nil
	in.bundle.pool.Put(in)
}

// ContactID returns contact.id, "" when it is not known.
func (in *Input) ContactID() string { return in.text(in.bundle.at.contact) }

// Email returns contact.email, "" when it is not known.
func (in *Input) Email() string { return in.text(in.bundle.at.email) }

// Class returns message.class, "marketing" when it is not known.
func (in *Input) Class() string {
	if c := in.text(in.bundle.at.class); c != "" {
		return c
	}
	return "marketing"
}

// Campaign returns message.campaign, "" when it is not known.
func (in *Input) Campaign() string { return in.text(in.bundle.at.campaign) }

// MessageID returns message.id, "" when it is not known.
func (in *Input) MessageID() string { return in.text(in.bundle.at.message) }

func (in *Input) text(slot int) string {
	if s := &in.facts.Slots[slot]; s.State == facts.Known {
		return s.Str
	}
	return ""
}
