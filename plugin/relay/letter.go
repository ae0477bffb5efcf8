package relay

import (
	"encoding/json"
	"strings"
	"time"
)

// Kind says why a letter was written.
type Kind uint8

// The kinds. A Test is neither recorded nor withheld: it shows what its
// recipient would get, and says in its headers whether they would get it.
const (
	Campaign Kind = iota
	Transactional
	Test
)

func kindWords() []string { return []string{"campaign", "transactional", "test"} }

// String is the kind's word.
func (k Kind) String() string { return kindWords()[min(int(k), len(kindWords())-1)] }

// State is where a letter stands.
type State uint8

// The states; the package's comment says what leads from one to the other.
const (
	Waiting State = iota
	Sending
	Sent
	Withheld
	Dead
	Unsure
	Dropped
)

func stateWords() []string {
	return []string{"waiting", "sending", "sent", "withheld", "dead", "unsure", "dropped"}
}

// String is the state's word.
func (s State) String() string { return stateWords()[min(int(s), len(stateWords())-1)] }

// ParseState reads a state's word.
func ParseState(word string) (State, bool) {
	for i, w := range stateWords() {
		if w == word {
			return State(i), true
		}
	}
	return 0, false
}

// Header is one header of a mail. Names and values are as a person writes them;
// whoever sends them encodes them.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Attachment is a file that goes with a mail.
type Attachment struct {
	Name    string `json:"name"`
	Type    string `json:"type,omitempty"`
	Content []byte `json:"content"`
}

// Letter is one finished message to one person.
type Letter struct {
	// Source names where it came from, and with it the carrier.
	Source string `json:"source"`
	Kind   Kind   `json:"kind"`
	// Key is what repeats of a letter have in common; "" when it has none.
	Key string `json:"-"`
	// Facts is the body that the gate decides on.
	Facts json.RawMessage `json:"facts"`
	// Answer is the gate's answer, if it has been asked; nil has the relay ask.
	Answer json.RawMessage `json:"answer,omitempty"`
	// Hold says that the letter is withheld if the gate can't decide for longer
	// than the relay's patience. Otherwise it then goes out with the defaults.
	Hold bool `json:"hold,omitempty"`

	From    string `json:"from"`
	To      string `json:"to"` // the bare address
	Subject string `json:"subject"`
	Body    string `json:"body"`
	HTML    bool   `json:"html"`

	Headers     []Header     `json:"headers,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	// Origin is the platform's own message, for carriers that pass it on.
	Origin json.RawMessage `json:"origin,omitempty"`
}

// domain is what limits go by: the part of the address after the @.
func (l *Letter) domain() string {
	return strings.ToLower(l.To[strings.LastIndexByte(l.To, '@')+1:])
}

// Entry is what the queue knows of a letter.
type Entry struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"` // the part of its Message-ID before the @
	Source   string    `json:"source"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Domain   string    `json:"domain"`
	Accepted time.Time `json:"accepted"`
	// Due is when a waiting letter is tried next, Ended when it came to rest.
	Due   time.Time `json:"due,omitzero"`
	Ended time.Time `json:"ended,omitzero"`
	Tries int       `json:"tries"`
	// Why is what happened last, Decision the id of the gate's decision.
	Why      string `json:"why,omitempty"`
	Decision string `json:"decision,omitempty"`
}
