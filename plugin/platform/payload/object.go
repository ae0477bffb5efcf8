package payload

import "encoding/json"

// object goes over the members of an object. Whoever reads them sets at to where
// the value at it ends, or to -1 to stop.
type object struct {
	b    []byte
	at   int  // where a value begins; after the last one the index behind the object, or -1
	some bool // there was a member
	odd  bool // the key has escapes
}

// objectAt begins with the object whose brace is at i.
func objectAt(b []byte, i int) object { return object{b: b, at: i + 1} }

// next goes to the next member and gives its key, without quotes, as written.
func (o *object) next() (key []byte, ok bool) {
	if !o.toKey() {
		return nil, false
	}
	return o.key()
}

// toKey goes behind the opening quote of the next key.
func (o *object) toKey() bool {
	if i := o.at; o.some && i >= 0 && i+1 < len(o.b) && o.b[i] == ',' && o.b[i+1] == '"' {
		o.at = i + 2
		return true
	}
	return o.seekKey()
}

// seekKey is toKey wherever there may be space.
func (o *object) seekKey() bool {
	b := o.b
	if o.at < 0 {
		return false
	}
	i := blank(b, o.at)
	o.at = -1
	if i < len(b) && b[i] == '}' {
		o.at = i + 1
		return false
	}
	if o.some {
		if i >= len(b) || b[i] != ',' {
			return false
		}
		i = blank(b, i+1)
	}
	if i >= len(b) || b[i] != '"' {
		return false
	}
	o.at, o.some = i+1, true
	return true
}

// key reads the key at which the object stands, and goes to its value.
func (o *object) key() (key []byte, ok bool) {
	b, start := o.b, o.at
	o.at = -1
	end, plain := text(b, start)
	if end < 0 {
		return nil, false
	}
	o.odd = !plain
	i := blank(b, end+1)
	if i >= len(b) || b[i] != ':' {
		return nil, false
	}
	if i = blank(b, i+1); i >= len(b) {
		return nil, false
	}
	o.at = i
	return b[start:end], true
}

// name is a key as its sender means it; it may alias key.
func (o *object) name(key []byte) string {
	if !o.odd {
		return view(key)
	}
	var s string
	if err := json.Unmarshal([]byte(`"`+string(key)+`"`), &s); err != nil {
		return string(key)
	}
	return s
}

// value is the value at which the object stands, and goes behind it; nil when it
// does not end.
func (o *object) value() []byte {
	from := o.at
	if o.at = skip(o.b, from); o.at < 0 {
		return nil
	}
	return o.b[from:o.at]
}

// items calls f for each item of the array at i, which is its bracket.
func items(b []byte, i int, f func(n, value int) int) int {
	if i = blank(b, i+1); i < len(b) && b[i] == ']' {
		return i + 1
	}
	for n := 0; i < len(b); n++ {
		if i = f(n, i); i < 0 {
			return -1
		}
		if i = blank(b, i); i >= len(b) {
			return -1
		}
		if b[i] == ']' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = blank(b, i+1)
	}
	return -1
}
