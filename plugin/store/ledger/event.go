package ledger

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"time"
)

// Key names a contact without saying who it is: the version of a secret and 128
// bits of a keyed hash.
type Key [17]byte

// Namer makes the keys of a contact's id and address, under the newest secret
// first; none for "".
type Namer func(id, email string) (byID, byEmail []Key)

// Kind is what an event tells.
type Kind uint8

// The kinds of events.
const (
	Order Kind = iota + 1
	Return
	Cancel
	Sent
	Opened
	Clicked
	HardBounce
	SoftBounce
	Complaint
	Unsubscribe
	Resubscribe
	kinds
)

func kindNames() [kinds]string {
	return [kinds]string{
		"", "order", "return", "cancel", "sent", "open", "click", "hard_bounce", "soft_bounce",
		"complaint", "unsubscribe", "resubscribe",
	}
}

// String is the kind as events and people spell it: "hard_bounce".
func (k Kind) String() string {
	if k >= kinds {
		return ""
	}
	return kindNames()[k]
}

// ParseKind reads what String writes.
func ParseKind(name string) (Kind, bool) {
	for k, n := range kindNames() {
		if n == name && k > 0 {
			return Kind(k), true
		}
	}
	return 0, false
}

// KindNames lists the names of all kinds.
func KindNames() []string {
	names := kindNames()
	return names[1:]
}

// Event is something that happened to a contact.
type Event struct {
	// Source is where it was told; ID tells it from the source's others: a repeat
	// has the same.
	Source, ID string
	Kind       Kind
	// At is when it happened; the zero time is when it came.
	At time.Time
	// ContactID and Email say who it is about: either will do. A Return or Cancel
	// may name the order's event instead.
	ContactID, Email string
	// OrderID is the order that a Return or Cancel is of, and the ID under which an
	// Order can be found by those.
	OrderID string
	// Amount is the money of an Order or Return, in Currency.
	Amount   float64
	Currency string
	// Channel is what an unsubscribe, complaint or bounce is about: "email", or ""
	// for every channel.
	Channel string
	// CountOnly keeps a bounce off the legal suppression list.
	CountOnly bool
	// Complete says that the source tells of every order there ever was.
	Complete bool
}

// ErrBadEvent: the event can never be kept.
var ErrBadEvent = errors.New("this is no event about a contact")

// Check tells what is wrong with an event; values of it are not repeated.
func (e *Event) Check() error {
	switch {
	case e.Kind == 0 || e.Kind >= kinds:
		return fmt.Errorf("ledger: %w: it is of no known kind", ErrBadEvent)
	case e.ID == "":
		return fmt.Errorf("ledger: %w: it has no id, so that a repeat would count twice", ErrBadEvent)
	case e.ContactID == "" && e.Email == "" && (e.OrderID == "" || e.Kind != Return && e.Kind != Cancel):
		return fmt.Errorf("ledger: %w: it names nobody", ErrBadEvent)
	case math.IsNaN(e.Amount) || math.Abs(e.Amount) > 1e12:
		return fmt.Errorf("ledger: %w: its amount is no money", ErrBadEvent)
	}
	return nil
}

// unit is the least money that is told apart: sums of whole numbers do not
// depend on the order in which they came.
const unit = 1e4

func (e *Event) money() int64 { return int64(math.Round(e.Amount * unit)) }

// idOf is what is kept of an event's name.
func idOf(what, source, id string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%s", what, len(source), source, id))
	return sum[:16]
}
