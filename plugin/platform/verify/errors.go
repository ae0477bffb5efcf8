package verify

import "fmt"

// Reason says why a call was refused. It is an error itself, so that
// errors.Is(err, verify.Stale) works; the values are stable, for metrics.
type Reason string

// The reasons. Stale, Future and Replayed are said of authentic calls only: the
// signature was right. A call that is Replayed was right in every way but seen
// before, so that a receiver may give it the answer it gave the first time.
const (
	// Missing: a header, parameter or setting that the scheme needs is not there.
	Missing Reason = "missing"
	// Malformed: what is there can't be what the scheme prescribes.
	Malformed Reason = "malformed"
	// Mismatch: no secret makes this signature for this call.
	Mismatch Reason = "mismatch"
	// Stale: the call is older than the window.
	Stale Reason = "stale"
	// Future: the call is dated beyond the window, ahead of our clock.
	Future Reason = "future"
	// Replayed: this very call came before.
	Replayed Reason = "replayed"
	// Reused: the signature does not cover the body, and came before with another.
	Reused Reason = "reused"
	// NoSecret: there is no usable secret, so that nobody can be let in.
	NoSecret Reason = "no_secret"
)

// Error is the reason's name.
func (r Reason) Error() string { return string(r) }

// Hint says what the owner of the gate can do about it.
func (r Reason) Hint() string {
	switch r {
	case Missing:
		return "switch signing on at the platform, and check that no proxy removes headers"
	case Malformed:
		return "check that this source's scheme is the one the platform uses"
	case Mismatch:
		return "check the secret, the public URL, and that no proxy changes the body"
	case Stale, Future:
		return "check this server's clock; for platforms that repeat a call without signing it anew, widen the tolerance"
	case Replayed:
		return "give the recorded answer; nothing else needs doing if the platform repeats calls"
	case Reused:
		return "somebody who saw a call may be sending others in its name: check that the address is https, and change the secret"
	case NoSecret:
		return "put the secret where this source's configuration says it is"
	default:
		return ""
	}
}

// Error says why a call was refused, or a scheme not made. It holds nothing
// that the caller sent, and no secret.
type Error struct {
	// Scheme is the scheme that refused.
	Scheme ID
	// Reason is the class of failure; errors.Is finds it.
	Reason Reason
	// Detail says what was wrong.
	Detail string
}

// Error gives scheme, reason and detail.
func (e *Error) Error() string {
	return fmt.Sprintf("verify %s: %s: %s", e.Scheme, e.Reason, e.Detail)
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Reason }

// refuse makes an error whose scheme is filled in on the way out.
func refuse(r Reason, format string, args ...any) *Error {
	return &Error{Reason: r, Detail: fmt.Sprintf(format, args...)}
}
