// Package field declares what rules may read: typed values by dotted path.
//
// A Schema is the canonical contact (the shape that well-known platforms map
// to) plus the fields that a bundle declares on top. It exists so that a
// mistyped path is a compile error with a suggestion, never a silently missing
// value, and so that each value carries what the decision log may keep of it.
package field

import "time"

// Kind is the type of a field's value.
type Kind uint8

// The kinds of field. The zero Kind is invalid.
const (
	Invalid Kind = iota
	Bool
	Int    // 64-bit signed integer
	Float  // IEEE 754 double
	String // text, at most MaxStringBytes
	ID     // text; whole JSON numbers are taken as written (platforms send ids as numbers)
	Time   // instant with nanosecond precision, 1678 to 2262
	List   // list of Elem, at most MaxListItems
	Object // only as the Elem of a List: an object of scalar Members
)

// Limits of one value. A value beyond them is unknown.
const (
	MaxStringBytes = 64 << 10
	MaxListItems   = 1000
)

// Sensitivity says what the decision log keeps of a field's value.
type Sensitivity uint8

// Keep stores the value, Hash a keyed hash (HMAC-SHA-256) of it, Drop nothing.
const (
	Keep Sensitivity = iota
	Hash
	Drop
)

// Type is the type of a field. Elem is set for List, Members for a List of Object.
type Type struct {
	Kind    Kind
	Elem    Kind
	Members []Member
}

// Member is one scalar of a list element, read in conditions as `.name`.
type Member struct {
	Name string
	Kind Kind
}

// Field is one typed, declared value that rules may read.
type Field struct {
	Path string
	Type Type
	// Enum, when not empty, lists the only known values (String and ID, or lists of them).
	Enum []string
	// Min and Max bound Int and Float values, both inclusive; nil is unbounded.
	Min, Max *float64
	// MaxAge is the age from which the value is unknown; 0 means never.
	MaxAge time.Duration
	// AsOf is the path of the Time field that dates this one. While that field
	// is unknown the value counts as fresh.
	AsOf string
	// Sensitivity says what the decision log keeps; the zero value keeps.
	Sensitivity Sensitivity
	// Protected marks traits (age, sex, origin, religion, health, orientation,
	// family) that may never suppress, cap or price.
	Protected bool
	Doc       string
}
