package field

import (
	"errors"
	"fmt"
	"strings"
)

// Limits of a path.
const (
	MaxPathBytes    = 128
	MaxPathSegments = 6
)

// ValidPath checks a dotted path: two to six identifiers ([A-Za-z_][A-Za-z0-9_]*)
// joined by dots, at most 128 bytes. By convention paths are lower case.
func ValidPath(path string) error {
	if len(path) > MaxPathBytes {
		return fmt.Errorf("the path is %d bytes long: %d is the most", len(path), MaxPathBytes)
	}
	segments := 0
	for seg := range strings.SplitSeq(path, ".") {
		if !validName(seg) {
			return fmt.Errorf("%q is not a path: join names of letters, digits and _ by dots, such as orders.count", path)
		}
		segments++
	}
	switch {
	case segments < 2:
		return fmt.Errorf("the path %q needs a group in front, such as contact.%s", path, path)
	case segments > MaxPathSegments:
		return fmt.Errorf("the path %q has %d names: %d is the most", path, segments, MaxPathSegments)
	}
	return nil
}

// validName reports whether a path segment or a member's name is an identifier.
func validName(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && c != '_' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// prefixes calls yield with each proper prefix of a path, longest first:
// "a.b.c" gives "a.b" and "a".
func prefixes(path string, yield func(string) bool) {
	for i := strings.LastIndexByte(path, '.'); i > 0; i = strings.LastIndexByte(path[:i], '.') {
		if !yield(path[:i]) {
			return
		}
	}
}

// Error is one mistake in a declaration. Path names the field at fault.
type Error struct {
	Path string
	Msg  string
}

// Error gives path and message.
func (e *Error) Error() string { return "field " + e.Path + ": " + e.Msg }

// Mistakes lists the declarations at fault in an error from New or With, in
// the order declared; nil when err holds none.
func Mistakes(err error) []*Error {
	var one *Error
	var many interface{ Unwrap() []error }
	switch {
	case errors.As(err, &many):
		var out []*Error
		for _, e := range many.Unwrap() {
			if errors.As(e, &one) {
				out = append(out, one)
			}
		}
		return out
	case errors.As(err, &one):
		return []*Error{one}
	default:
		return nil
	}
}
