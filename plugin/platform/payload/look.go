package payload

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Each calls f for each member of a JSON object, in order, with the key without
// its quotes and the value as written. Adapters read the few things with it that
// are no fields of a contact.
func Each(object []byte, f func(key string, value []byte)) error { return each(object, nil, f) }

// each lets read go over values, which gives -1 for those that it leaves alone.
func each(object []byte, read func(name string, at int) (end int), f func(key string, value []byte)) error {
	i := blank(object, 0)
	if i >= len(object) || object[i] != '{' {
		return ErrNotObject
	}
	o := objectAt(object, i)
	for key, ok := o.next(); ok; key, ok = o.next() {
		name := o.name(key)
		if read != nil {
			if from, end := o.at, read(name, o.at); end >= 0 {
				o.at = end
				f(name, object[from:end])
				continue
			}
		}
		if v := o.value(); v != nil {
			f(name, v)
		}
	}
	if o.at < 0 || blank(object, o.at) != len(object) {
		return ErrNotJSON
	}
	return nil
}

// EachItem calls f for each item of a JSON array, in order.
func EachItem(array []byte, f func(value []byte)) error {
	i := blank(array, 0)
	if i >= len(array) || array[i] != '[' {
		return ErrNotJSON
	}
	end := items(array, i, func(_, at int) int {
		to := skip(array, at)
		if to >= 0 {
			f(array[at:to])
		}
		return to
	})
	if end < 0 || blank(array, end) != len(array) {
		return ErrNotJSON
	}
	return nil
}

// Members goes over the members of a JSON object like Each, for who knows the
// sender: it ends without an error where the object does not go on.
func Members(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		i := blank(object, 0)
		if i >= len(object) || object[i] != '{' {
			return
		}
		o := objectAt(object, i)
		for key, ok := o.next(); ok; key, ok = o.next() {
			if v := o.value(); v != nil && !yield(o.name(key), v) {
				return
			}
		}
	}
}

// Items goes over the items of a JSON array in the same way.
func Items(array []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		i := blank(array, 0)
		if i >= len(array) || array[i] != '[' {
			return
		}
		items(array, i, func(_, at int) int {
			to := skip(array, at)
			if to >= 0 && !yield(array[at:to]) {
				return -1
			}
			return to
		})
	}
}

// Get is the value at a path of keys in an object, nil when it is not there.
// Where a key stands twice the last one counts.
func Get(object []byte, path ...string) []byte {
	for _, want := range path {
		var found []byte
		if err := Each(object, func(key string, value []byte) {
			if key == want {
				found = value
			}
		}); err != nil || found == nil {
			return nil
		}
		object = found
	}
	return object
}

// First is Get for who knows the sender: of a key that stands twice the first
// counts, and what comes behind it is not looked at.
func First(object []byte, path ...string) []byte {
	for _, want := range path {
		i := blank(object, 0)
		if i >= len(object) || object[i] != '{' {
			return nil
		}
		o := objectAt(object, i)
		key, ok := o.next()
		for ok && o.name(key) != want {
			o.value()
			key, ok = o.next()
		}
		if !ok {
			return nil
		}
		object = o.value()
	}
	return object
}

// At is First for a dotted path.
func At(object []byte, path string) []byte {
	for more := true; more; {
		var name string
		name, path, more = strings.Cut(path, ".")
		object = First(object, name)
	}
	return object
}

// Text is a JSON value as text: a string without quotes and escapes, a number,
// true or false as written, "" for anything else.
func Text(value []byte) string {
	switch {
	case len(value) == 0:
		return ""
	case value[0] == '"':
		return unquoted(value)
	case value[0] == '{', value[0] == '[', value[0] == 'n':
		return ""
	}
	return string(value)
}

// View is Text that shares the memory of the value where it can.
func View(value []byte) string {
	if len(value) >= 2 && value[0] == '"' && bytes.IndexByte(value, '\\') < 0 {
		return unsafe.String(unsafe.SliceData(value[1:]), len(value)-2)
	}
	return Text(value)
}

// Name is View for what a contact is known by. Text with a NUL is none: no decision
// reads it, so people whom a platform all calls so would be taken for one.
func Name(value []byte) string { return Known(View(value)) }

// Known is a contact's name, "" for one that no decision reads.
func Known(name string) string {
	if strings.IndexByte(name, 0) >= 0 {
		return ""
	}
	return name
}

func unquoted(value []byte) string {
	if bytes.IndexByte(value, '\\') < 0 && len(value) >= 2 {
		return string(value[1 : len(value)-1])
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return ""
	}
	return s
}

// Quote appends text as a JSON string.
func Quote(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0
	for plain < len(s) && s[plain] >= ' ' && s[plain] < utf8.RuneSelf && s[plain] != '"' && s[plain] != '\\' {
		plain++
	}
	dst, s = append(dst, s[:plain]...), s[plain:]
	for s = strings.ToValidUTF8(s, "\ufffd"); s != ""; s = s[1:] {
		switch c := s[0]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
