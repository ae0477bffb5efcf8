package writeback

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/lists"
)

// Contact is one person as the platform knows them.
type Contact struct {
	ID    string `json:"id,omitempty"`    // the platform's own
	Email string `json:"email,omitempty"` // as the platform has it
}

// key tells contacts of one target apart.
func (c Contact) key() string {
	if c.ID != "" {
		return "id:" + c.ID
	}
	return string(lists.Address([]byte("email:"), c.Email))
}

// Write is what one decision says, for one contact of one target.
type Write struct {
	// Target is the name of the target that the engine knows it by.
	Target  string  `json:"target"`
	Contact Contact `json:"contact"`
	// Decision is the id of the decision, "" when there is none.
	Decision string `json:"decision,omitempty"`
	// Decided orders the decisions about a contact: the latest one wins.
	Decided time.Time `json:"decided"`
	// Values are what is written, in this order, by winnow's own names: send,
	// action, reason, for, then a name a slot. None is ever empty.
	Values []Value `json:"values,omitempty"`
	// Suppressed says that a persona keeps the contact out.
	Suppressed bool `json:"suppressed,omitempty"`
	// Ask holds what the platform sent when it sent too little to decide on. The
	// engine then has the platform look the contact up and decides itself.
	Ask json.RawMessage `json:"ask,omitempty"`
}

// Value is one field by winnow's name for it.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// None is written where there is nothing to say. Most platforms take an empty
// value for a field that was never set, and a branch on it goes the wrong way.
const None = "none"

// reserved are the names of the values that are not slots.
func reserved() []string { return []string{"send", "action", "reason", "for", "at"} }

// SlotName is the name of a slot's value: the slot's own, unless that is taken.
func SlotName(slot string) string {
	if slices.Contains(reserved(), slot) {
		return "slot_" + slot
	}
	return slot
}

// answer is what is read of a decision as JSON.
type answer struct {
	ID       string            `json:"decision_id"`
	Send     *bool             `json:"send"`
	Action   string            `json:"action"`
	By       string            `json:"by"`
	Variants orderedTexts      `json:"variants"`
	Reasons  []json.RawMessage `json:"reasons"`
}

type reason struct{ Code, Rule string }

// FromAnswer makes the write of a decision as the gate answers it. message names
// what the decision is for (the campaign, say): a journey that compares it can't
// mistake another campaign's decision for its own.
func FromAnswer(decision []byte, to string, who Contact, message string, at time.Time) (Write, error) {
	var a answer
	if err := json.Unmarshal(decision, &a); err != nil {
		return Write{}, fmt.Errorf("writeback: not a decision: %w", err)
	}
	if a.Send == nil || a.Action == "" {
		return Write{}, errors.New("writeback: not a decision: send or action is not there")
	}
	w := Write{Target: to, Contact: who, Decision: a.ID, Decided: at, Suppressed: a.Action == "suppress"}
	w.add("send", fmt.Sprint(*a.Send))
	w.add("action", a.Action)
	w.add("reason", a.why())
	w.add("for", message)
	for _, v := range a.Variants {
		w.add(SlotName(v.Name), v.Value)
	}
	return w, nil
}

func (w *Write) add(name, value string) {
	if value == "" {
		value = None
	}
	w.Values = append(w.Values, Value{name, value})
}

// Value is the value with a name of winnow's, "" when there is none.
func (w *Write) Value(name string) string {
	for _, v := range w.Values {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// why is the reason that decided, as code:rule: that of the gate or persona which
// the answer names, or else the trouble behind a default answer.
func (a *answer) why() string {
	if a.Action == "send" && a.By == "" {
		return a.first("holdout", "deadline_default", "store_default", "input_default", "bundle_default")
	}
	for _, raw := range a.Reasons {
		var r reason
		if json.Unmarshal(raw, &r) == nil && r.Rule == a.By && a.By != "" {
			return r.Code + ":" + r.Rule
		}
	}
	return a.first(
		"legal_suppressed", "gate_closed", "gate_unknown", "gate_error", "field_missing", "persona_match", "persona_unknown", "persona_error",
		"deadline_default", "store_default", "input_default", "bundle_default",
	)
}

// first is the first reason with one of these codes.
func (a *answer) first(codes ...string) string {
	for _, raw := range a.Reasons {
		var r reason
		if json.Unmarshal(raw, &r) != nil || !slices.Contains(codes, r.Code) {
			continue
		}
		if r.Rule != "" {
			return r.Code + ":" + r.Rule
		}
		return r.Code
	}
	return None
}

// orderedTexts is a JSON object of strings whose order is kept.
type orderedTexts []Value

// UnmarshalJSON implements json.Unmarshaler.
func (o *orderedTexts) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errors.New("variants is not an object")
	}
	*o = (*o)[:0]
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var v string
		if err := dec.Decode(&v); err != nil {
			return err
		}
		*o = append(*o, Value{fmt.Sprint(name), v})
	}
	return nil
}
