package facts

import (
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how deep objects and arrays may nest in a body, itself included.
const MaxDepth = 64

// Error says why a body could not be read. It never holds a value of the body.
type Error struct {
	Offset int    // byte of the body at which reading stopped
	Path   string // the field or group being read, "" outside of those the layout reads
	Msg    string
}

// Error gives message, place and path.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("body, byte %d: %s", e.Offset, e.Msg)
	}
	return fmt.Sprintf("body, byte %d, in %s: %s", e.Offset, e.Path, e.Msg)
}

// DecodeJSON reads a body into f, which it resets first. The body must be one
// JSON object (RFC 8259) in valid UTF-8, nested at most MaxDepth deep; no key
// that leads to a field of the layout may be doubled. All else is an *Error,
// and f is left with every slot Absent. Keys the layout does not read are
// checked and ignored.
//
// A value that cannot be used is not an error. It is marked in its slot: null
// is Null; another JSON type than the field's, malformed text, a string with
// NUL or with half of a surrogate pair, a list with such an item (or null) is
// WrongType; a value beyond the field's bounds, enum or the limits of package
// field is OutOfRange. Where a group of fields is expected, null makes all
// fields below Null, any other value that is no object makes them WrongType.
//
//   - Int takes integral numbers in any spelling (3, 3.0, 3e2), exact to 64
//     bits; others are WrongType, and so are those beyond 64 bits.
//   - Float is the nearest double; beyond its range is OutOfRange. -0 is 0.
//   - ID takes strings, and whole numbers without fraction or exponent, as
//     written.
//   - Time takes RFC 3339 and its common kin (a date, a time without offset as
//     UTC, a space for the T) and Unix times in numbers: seconds below 10^11,
//     milliseconds from there on.
//
// Strings alias body unless they hold escapes: f is valid until body changes
// or f is reset. A reused f takes no allocation.
func (l *Layout) DecodeJSON(body []byte, f *Facts) error {
	return l.decode(body, f, decoder{})
}

// DecodeJSONLoose is DecodeJSON for platforms that send every value as a
// string ("58138", "true", "a;b"): each string is read as SetText reads it.
func (l *Layout) DecodeJSONLoose(body []byte, f *Facts) error {
	return l.decode(body, f, decoder{loose: true})
}

// DecodeFirstLoose is DecodeJSONLoose for an object that stands in a larger text:
// body begins with it. end is the index behind it.
func (l *Layout) DecodeFirstLoose(body []byte, f *Facts) (end int, err error) {
	f.Reset(l)
	d := decoder{body: body, f: f, loose: true}
	if end = d.first(l); end < 0 || !d.isUTF8(end) {
		f.Reset(l)
		return 0, d.failure()
	}
	return end, nil
}

// Overlay is DecodeJSON on top of what f holds: f is not reset, fields in the
// body replace those in f, others stay. It serves envelopes that give the
// message once and the contacts apart. On an error f holds a mixture: reset it.
func (l *Layout) Overlay(body []byte, f *Facts) error {
	d := decoder{body: body, f: f}
	return d.run(l)
}

func (l *Layout) decode(body []byte, f *Facts, d decoder) error {
	f.Reset(l)
	d.body, d.f = body, f
	if err := d.run(l); err != nil {
		f.Reset(l)
		return err
	}
	return nil
}

// decoder is the state of one scan. Its methods take the index of the next
// byte and return the index after what they read, or -1 after fail.
type decoder struct {
	body   []byte
	f      *Facts
	l      *Layout
	high   uint64 // OR of all text read: its top bits say whether any was not ASCII
	loose  bool
	record bool
	catch  *Catch // of a projection
	err    Error
}

func (d *decoder) run(l *Layout) error {
	i := d.first(l)
	if i < 0 {
		return d.failure()
	}
	if i = d.space(i); i != len(d.body) {
		d.fail(i, "want nothing after the object")
		return d.failure()
	}
	if !d.isUTF8(i) {
		return d.failure()
	}
	return nil
}

// first reads the object that the body begins with, and goes behind it.
func (d *decoder) first(l *Layout) (end int) {
	d.l = l
	d.f.forget(l.wide)
	i := d.space(0)
	if i == len(d.body) || d.body[i] != '{' {
		return d.fail(i, "want a JSON object")
	}
	return d.object(i+1, &l.root, d.f.Slots, 1)
}

// isUTF8 checks what was read, up to end.
func (d *decoder) isUTF8(end int) bool {
	if d.high&highBits == 0 || utf8.Valid(d.body[:end]) {
		return true
	}
	d.fail(firstInvalid(d.body[:end]), "invalid UTF-8")
	return false
}

// failure is apart from run so that a decoder without an error stays on the stack.
func (d *decoder) failure() error {
	e := d.err
	return &e
}

func (d *decoder) fail(i int, msg string) int {
	d.err.Offset, d.err.Msg = min(i, len(d.body)), msg
	if i >= len(d.body) {
		d.err.Msg = "the body ends too early"
	}
	return -1
}

// inside notes the path of an error, innermost first.
func (d *decoder) inside(n *node) int {
	if d.err.Path == "" {
		d.err.Path = n.path
	}
	return -1
}

func (d *decoder) twice(i int, n *node) int {
	d.fail(i, "the key is given twice")
	return d.inside(n)
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(b)
}

// object reads the members of an object into dst; i is after its brace. dst is
// the slots for a group of fields, the cells of one row for an item of a list.
func (d *decoder) object(i int, n *node, dst []Slot, depth int) int {
	b := d.body
	var seen uint64
	guess := 0 // senders keep to an order, often the one declared
	if i = d.space(i); i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(b) || b[i] != '"' {
			return d.fail(i, "want a key in quotes")
		}
		var k *keyName
		from := i + 1
		if guess < len(n.keys.names) && n.keys.names[guess].stands(b, from) {
			k = &n.keys.names[guess]
			i = from + k.size + 1
		} else if k, i = d.key(from, &n.keys); i < 0 {
			return -1
		}
		if i >= len(b) || b[i] != ':' {
			if i = d.space(i); i >= len(b) || b[i] != ':' {
				return d.fail(i, "want a colon after the key")
			}
		}
		if i++; i < len(b) && b[i] <= ' ' {
			i = d.space(i)
		}
		if k == nil {
			i = d.unread(i, from, n, depth)
		} else {
			bit := uint64(1) << (k.index % wordKeys)
			if k.index >= wordKeys {
				if bit = 0; d.again(n, k.index) {
					return d.twice(i, k.node)
				}
			}
			if seen&bit != 0 {
				return d.twice(i, k.node)
			}
			seen |= bit
			guess = k.index + 1
			i = d.member(i, k.node, dst, depth)
		}
		if i < 0 {
			return -1
		}
		if i < len(b) && b[i] <= ' ' {
			i = d.space(i)
		}
		switch {
		case i < len(b) && b[i] == ',':
			if i++; i < len(b) && b[i] <= ' ' {
				i = d.space(i)
			}
		case i < len(b) && b[i] == '}':
			return i + 1
		default:
			return d.fail(i, "want a comma or the end of the object")
		}
	}
}

// again reports whether a key beyond the first 64 of its group was seen
// before, and notes that it was. One flag a key is enough: a group itself can
// stand only once in a body, and rows have at most 64 members.
func (d *decoder) again(n *node, index int) bool {
	at := &d.f.seen[n.seenAt+index-wordKeys]
	was := *at
	*at = true
	return was
}
