// Package facts holds what is known of one contact and message: typed slots,
// filled straight from a request body in one scan.
//
// A Layout gives each field that a bundle reads a slot. It exists because
// deciding must not build a map of a contact it reads ten values of, and
// because a value that is absent, null, ill-typed, out of range or stale must
// be marked as such before any operator sees it.
package facts

// State says whether a slot's value may be used, and if not, why not.
type State uint8

// The states of a slot. Only Known values may be read.
const (
	Absent State = iota
	Null
	WrongType  // another JSON type, malformed text or time, NUL byte, or a list with such an item
	OutOfRange // outside min/max/enum, or beyond the limits of package field
	Stale      // older than max_age
	Known
)

// Origin says who gave a value.
type Origin uint8

// The origins. Found and Looked values come from a table of the bundle: a record
// leaves Found ones out, since whoever decides again finds them again, but keeps
// Looked ones, whose key it may not keep. Heard values come from what platforms
// told about the contact after earlier sends; a record keeps them and says so.
const (
	Given Origin = iota
	Found
	Looked
	Heard
)

// FromTable reports whether a table gave the value.
func (o Origin) FromTable() bool { return o == Found || o == Looked }

// Slot is one value. How to read it depends on the field's kind:
//
//	Bool         Int (0 or 1)
//	Int          Int
//	Float        math.Float64frombits(uint64(Int))
//	String, ID   Str
//	Time         Int (Unix nanoseconds, UTC)
//	List         N items from offset Int of the arena for its Elem:
//	             Strs for String and ID, Nums for Bool, Int, Float and Time
//	             (encoded as above), Rows for Object (Int is then the index of
//	             the first cell; each item takes the layout's width of that list)
type Slot struct {
	State  State
	Origin Origin
	N      int32
	Int    int64
	Str    string
}

// Facts are the slots of one contact and message. Strings may alias the body
// they were decoded from: Facts are valid until that body is changed or Reset
// is called. The zero value is empty. Not safe for concurrent writing.
type Facts struct {
	Slots []Slot
	Strs  []string
	Nums  []int64
	Rows  []Slot
	// Barred says why the contact is on the legal suppression list, "" when they
	// are not. It is no field: no rule can read it and no body can bring it. A
	// record keeps it.
	Barred string
	// decoder scratch is added here by the decoder
	scratch
}
