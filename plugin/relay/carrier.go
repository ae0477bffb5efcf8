package relay

import (
	"context"
	"time"
)

// Carrier takes mails to where they go.
type Carrier interface {
	// Carry delivers one mail. It calls commit once, right before the step after
	// which nobody can tell whether the mail was taken: not earlier, and not at
	// all when it fails before. If commit fails the mail must not leave; its
	// error is then the outcome's.
	//
	// When ctx ends Carry gives up, and its outcome says how far it came.
	Carry(ctx context.Context, m *Mail, commit func() error) Outcome
	// Close ends what the carrier keeps open.
	Close() error
}

// Mail is a letter with everything filled in.
type Mail struct {
	*Letter
	// Name is the same for every try, and unlike that of any other letter.
	Name string
	// Date is when the letter was accepted.
	Date time.Time
}

// Verdict is what became of one try.
type Verdict uint8

// The verdicts.
const (
	// Done: the other side has taken the mail.
	Done Verdict = iota
	// Later: the other side did not take this mail now, and may later.
	Later
	// Down: there was nobody to give any mail to.
	Down
	// Never: the other side refuses this mail for good.
	Never
	// Doubt: nobody knows.
	Doubt
)

// Outcome is the verdict and its reason, which holds no address.
type Outcome struct {
	Verdict Verdict
	Why     string
	Err     error // of commit
}
