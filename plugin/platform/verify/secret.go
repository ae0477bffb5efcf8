package verify

import (
	"fmt"
	"strings"
)

// Secret is what the platform and we share, in the form in which the platform
// shows it: whsec_…, user:password, a PEM-less base64 key. It prints as
// "[secret]" whatever the verb, so that a logged configuration gives nothing away.
type Secret string

const hidden = "[secret]"

// Format prints "[secret]" for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// String gives "[secret]".
func (Secret) String() string { return hidden }

// MarshalText gives "[secret]".
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// check refuses what can't be a secret: nothing, or something with the line end
// of the file it was read from.
func (s Secret) check() *Error {
	trimmed := strings.TrimSpace(string(s))
	if trimmed == "" {
		return refuse(NoSecret, "the secret is empty")
	}
	if len(trimmed) != len(s) {
		return refuse(NoSecret, "the secret begins or ends with white space: remove it")
	}
	return nil
}
