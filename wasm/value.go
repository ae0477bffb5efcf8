package wasm

import (
	"math"
	"time"
)

// Kind is the kind of a value as a module sees it. Kinds below KindBool are
// the ways in which a value can be unknown.
type Kind uint8

// The kinds. Their numbers are part of the ABI.
const (
	KindAbsent     Kind = 0
	KindNull       Kind = 1
	KindWrongType  Kind = 2 // another type than declared
	KindOutOfRange Kind = 3 // outside the declared range or enumeration
	KindStale      Kind = 4 // older than the declared age
	KindBool       Kind = 8
	KindInt        Kind = 9
	KindFloat      Kind = 10
	KindString     Kind = 11
	KindTime       Kind = 12
	KindList       Kind = 13
)

// Known reports whether a value of this kind may be used.
func (k Kind) Known() bool { return k >= KindBool }

// String names the kind as in ABI.md.
func (k Kind) String() string {
	switch k {
	case KindAbsent:
		return "absent"
	case KindNull:
		return "null"
	case KindWrongType:
		return "wrong_type"
	case KindOutOfRange:
		return "out_of_range"
	case KindStale:
		return "stale"
	case KindBool:
		return "bool"
	case KindInt:
		return "int"
	case KindFloat:
		return "float"
	case KindString:
		return "string"
	case KindTime:
		return "time"
	case KindList:
		return "list"
	}
	return "unknown"
}

// Value is one value of a field or of a list. The zero Value is absent. Use
// the constructors, or fill Num as they do.
type Value struct {
	Kind Kind
	Num  int64  // bool 0 or 1, int, float bits, time in Unix milliseconds, items of a list
	Str  string // string
}

// Unknown makes a value that is unknown for the reason k, which must be below KindBool.
func Unknown(k Kind) Value { return Value{Kind: k} }

// Bool makes a known bool.
func Bool(b bool) Value {
	v := Value{Kind: KindBool}
	if b {
		v.Num = 1
	}
	return v
}

// Int makes a known integer.
func Int(i int64) Value { return Value{Kind: KindInt, Num: i} }

// Float makes a known double.
func Float(f float64) Value { return Value{Kind: KindFloat, Num: int64(math.Float64bits(f))} }

// String makes a known text.
func String(s string) Value { return Value{Kind: KindString, Str: s} }

// Time makes a known instant, to the millisecond.
func Time(t time.Time) Value { return Value{Kind: KindTime, Num: t.UnixMilli()} }

// List makes a known list of n items, which Fields.Item gives one by one.
func List(n int) Value { return Value{Kind: KindList, Num: int64(n)} }

// Fields gives the declared fields of one contact. Field and item numbers are
// in range; what they return must not change during the call, and texts must
// stay valid for its length.
type Fields interface {
	// Field returns the value of the declared field number i.
	Field(i int) Value
	// Item returns item j of the list in field number i.
	Item(i, j int) Value
}

// Contact gives what is asked for rarely.
type Contact interface {
	// Bucket returns the contact's bucket, 0 to 99,999, under a salt, or -1
	// when there is no contact id. The salt is valid during the call only.
	Bucket(salt string) int32
	// JSON returns the input document, nil when there is none. It is asked for
	// once a call.
	JSON() []byte
}

// Input is what one call may see. The zero Input knows nothing.
type Input struct {
	Fields  Fields  // nil: every field is absent
	Contact Contact // nil: no bucket, no document
	Now     int64   // evaluation time in Unix milliseconds; the only clock of the module
}

func (in *Input) field(i int) Value {
	if in.Fields == nil {
		return Value{}
	}
	return in.Fields.Field(i)
}
