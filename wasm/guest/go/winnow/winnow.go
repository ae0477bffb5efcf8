// Package winnow is for modules written in Go: it reads the contact's declared
// fields and sets outputs, verdict and variants.
//
// It exists so that a rule in Go is a few lines, runs in well under a
// microsecond, and stays small: no encoding/json, no reflection. Handles are
// best kept in package variables; they are looked up once, when the module starts:
//
//	var orders = winnow.Field("orders.count")
//
//	//go:wasmexport winnow_evaluate
//	func evaluate() uint32 {
//		if n, ok := orders.Int(); ok && n >= 5 {
//			winnow.Yes("regular")
//		}
//		return 0
//	}
//
// Build with GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared.
package winnow

import "unsafe"

// FieldRef is a handle of a declared field, OutputRef of a declared output and
// SlotRef of a declared slot. Handles below 0 were not declared; using one
// fails the call.
type (
	FieldRef  int32
	OutputRef int32
	SlotRef   int32
)

// Kind is the kind of a field's value.
type Kind int32

// The kinds. A value is unknown when its kind is below Bool.
const (
	Absent     Kind = 0
	Null       Kind = 1
	WrongType  Kind = 2
	OutOfRange Kind = 3
	Stale      Kind = 4
	Bool       Kind = 8
	Int        Kind = 9
	Float      Kind = 10
	String     Kind = 11
	Time       Kind = 12
	List       Kind = 13
)

// Known reports whether a value of this kind may be used.
func (k Kind) Known() bool { return k >= Bool }

// Field looks up a declared field by its dotted path.
func Field(path string) FieldRef { return FieldRef(hostField(path)) }

// Output looks up a declared output.
func Output(name string) OutputRef { return OutputRef(hostOutput(name)) }

// Slot looks up a declared slot.
func Slot(name string) SlotRef { return SlotRef(hostSlot(name)) }

// Kind returns the kind of the value, or why it is unknown.
func (f FieldRef) Kind() Kind { return Kind(hostKind(int32(f))) }

// Bool returns a known bool; ok is false when it is unknown.
func (f FieldRef) Bool() (value, ok bool) {
	b := hostGetBool(int32(f))
	return b == 1, b >= 0
}

// Int returns a known whole number.
func (f FieldRef) Int() (value int64, ok bool) {
	// Asking with two defaults tells a value from a default without a second
	// call in the common case.
	if v := hostGetI64(int32(f), unlikely); v != unlikely {
		return v, true
	}
	if hostGetI64(int32(f), 0) == unlikely {
		return unlikely, true
	}
	return 0, false
}

const unlikely = -0x5afe_c0de_5afe_c0de

// Float returns a known number.
func (f FieldRef) Float() (value float64, ok bool) {
	if v := hostGetF64(int32(f), unlikely); v != unlikely {
		return v, true
	}
	if hostGetF64(int32(f), 0) == unlikely {
		return unlikely, true
	}
	return 0, false
}

// IntOr returns a known whole number, else dflt.
func (f FieldRef) IntOr(dflt int64) int64 { return hostGetI64(int32(f), dflt) }

// FloatOr returns a known number, else dflt.
func (f FieldRef) FloatOr(dflt float64) float64 { return hostGetF64(int32(f), dflt) }

// TimeOr returns a known instant in Unix milliseconds, else dflt.
func (f FieldRef) TimeOr(dflt int64) int64 { return hostGetTime(int32(f), dflt) }

// Append appends a known text to buf; ok is false when it is unknown. Reuse buf
// to avoid allocation.
func (f FieldRef) Append(buf []byte) (out []byte, ok bool) {
	return fill(buf, func(p unsafe.Pointer, n uint32) int32 { return hostGetStr(int32(f), p, n) })
}

// Text returns a known text; ok is false when it is unknown.
func (f FieldRef) Text() (value string, ok bool) {
	b, ok := f.Append(nil)
	return string(b), ok
}

// Is reports whether the text is known and equal to s.
func (f FieldRef) Is(s string) bool {
	var a [64]byte
	if len(s) <= len(a) {
		n := hostGetStr(int32(f), unsafe.Pointer(&a), uint32(len(a)))
		return int(n) == len(s) && string(a[:n]) == s
	}
	b, ok := f.Append(nil)
	return ok && string(b) == s
}

// Len returns the number of items of a list; ok is false when it is unknown.
func (f FieldRef) Len() (n int, ok bool) {
	c := hostCount(int32(f))
	return int(max(c, 0)), c >= 0
}

// ItemFloat returns number i of a list, else dflt.
func (f FieldRef) ItemFloat(i int, dflt float64) float64 {
	return hostItemF64(int32(f), uint32(i), dflt)
}

// ItemInt returns whole number i of a list, else dflt.
func (f FieldRef) ItemInt(i int, dflt int64) int64 { return hostItemI64(int32(f), uint32(i), dflt) }

// AppendItem appends text i of a list to buf.
func (f FieldRef) AppendItem(buf []byte, i int) (out []byte, ok bool) {
	return fill(buf, func(p unsafe.Pointer, n uint32) int32 { return hostItemStr(int32(f), uint32(i), p, n) })
}

// Contains reports whether a list of texts is known and holds s.
func (f FieldRef) Contains(s string) bool { return hostContains(int32(f), s) == 1 }

// Now returns the evaluation time in Unix milliseconds: the only clock there is.
func Now() int64 { return hostNow() }

// Bucket returns the contact's bucket, 0 to 99,999, under a salt of at most
// 128 bytes; -1 when the contact has no id. Conditions use the same buckets.
func Bucket(salt string) int32 { return hostBucket(salt) }

// Config returns the module's configuration as the bundle has it.
func Config() []byte {
	b, _ := fill(nil, hostConfig)
	return b
}

// InputJSON returns the whole input document; ok is false when there is none.
// Declared fields are far cheaper.
func InputJSON() (doc []byte, ok bool) { return fill(nil, hostInputJSON) }

// SetBool sets an output declared as bool.
func (o OutputRef) SetBool(v bool) {
	n := int32(0)
	if v {
		n = 1
	}
	hostOutputBool(int32(o), n)
}

// SetInt sets an output declared as int.
func (o OutputRef) SetInt(v int64) { hostOutputI64(int32(o), v) }

// SetFloat sets an output declared as float; v must be finite.
func (o OutputRef) SetFloat(v float64) { hostOutputF64(int32(o), v) }

// SetString sets an output declared as string.
func (o OutputRef) SetString(v string) { hostOutputStr(int32(o), v) }

// Choose chooses a declared variant for the slot.
func (s SlotRef) Choose(variant string) { hostVariant(int32(s), variant) }

// Yes, No and Unknown answer the question of the rule, with a reason that may
// be empty. The last answer counts.
func Yes(reason string) { hostVerdict(1, reason) }

// No answers no; see Yes.
func No(reason string) { hostVerdict(0, reason) }

// Unknown answers that the rule cannot tell; see Yes.
func Unknown(reason string) { hostVerdict(2, reason) }

// Log writes a line; level is 0 debug, 1 info, 2 warning, 3 error.
func Log(level int32, text string) { hostLog(level, text) }

// fill grows buf until a reader's text fits.
func fill(buf []byte, read func(unsafe.Pointer, uint32) int32) ([]byte, bool) {
	free := buf[len(buf):cap(buf)]
	n := read(unsafe.Pointer(unsafe.SliceData(free)), uint32(len(free)))
	if n < 0 {
		return buf, false
	}
	if int(n) > len(free) {
		grown := make([]byte, len(buf), len(buf)+int(n))
		copy(grown, buf)
		buf = grown
		read(unsafe.Pointer(unsafe.SliceData(buf[len(buf):cap(buf)])), uint32(n))
	}
	return buf[:len(buf)+int(n)], true
}
