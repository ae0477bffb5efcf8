package wasm

import (
	"math"
	"unsafe"
)

const (
	maxSalt    = 128 // bytes of a salt
	bucketCost = 512 // fuel: hashing takes about half a microsecond
)

// view reads guest memory as a string without copying; it must not outlive the host call.
func (c *call) view(p, n uint64) string {
	b := c.guest(p, n)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// lookup resolves a declared name to its handle, noting all names during admission.
func (c *call) lookup(what string, names map[string]int32, s []uint64) {
	name := c.view(s[0], s[1])
	c.spend(len(name))
	h, ok := names[name]
	if !ok {
		h = -1
	}
	if c.asked != nil && len(c.asked) < maxNames && len(name) <= 256 {
		c.asked[what+" "+name] = ok
	}
	s[0] = uint64(uint32(h))
}

func hostField(c *call, s []uint64)  { c.lookup("field", c.mod.fieldNames, s) }
func hostOutput(c *call, s []uint64) { c.lookup("output", c.mod.outputNames, s) }
func hostSlot(c *call, s []uint64)   { c.lookup("slot", c.mod.slotNames, s) }

func hostConfig(c *call, s []uint64) {
	cfg := c.mod.config
	s[0] = c.give(unsafe.String(unsafe.SliceData(cfg), len(cfg)), s[0], s[1])
}

// value reads a field by handle.
func (c *call) value(h uint64) Value {
	i := int(uint32(h))
	if i >= len(c.mod.fields) {
		c.fail(failf(ReasonTrap, "field handle %d, declared are %d; check that field() did not return -1", int32(i), len(c.mod.fields)))
	}
	return c.in.field(i)
}

// list returns the number of items of a known list, or -1.
func (c *call) list(h uint64) int64 {
	if v := c.value(h); v.Kind == KindList {
		return v.Num
	}
	return -1
}

// item reads an item of a list; absent when there is none.
func (c *call) item(h, j uint64) Value {
	if n := c.list(h); int64(uint32(j)) >= n {
		return Value{}
	}
	return c.in.Fields.Item(int(uint32(h)), int(uint32(j)))
}

func hostKind(c *call, s []uint64) { s[0] = uint64(c.value(s[0]).Kind) }

func hostGetBool(c *call, s []uint64) {
	v := c.value(s[0])
	s[0] = absent
	if v.Kind == KindBool {
		s[0] = uint64(v.Num & 1)
	}
}

func hostGetI64(c *call, s []uint64) { s[0] = integer(c.value(s[0]), s[1]) }

func hostItemI64(c *call, s []uint64) { s[0] = integer(c.item(s[0], s[1]), s[2]) }

// integer reads what has a whole value: int, time, bool, and float when it is whole.
func integer(v Value, dflt uint64) uint64 {
	switch v.Kind {
	case KindInt, KindTime, KindBool:
		return uint64(v.Num)
	case KindFloat:
		f := math.Float64frombits(uint64(v.Num))
		if f == math.Trunc(f) && f >= -1<<63 && f < 1<<63 {
			return uint64(int64(f))
		}
	}
	return dflt
}

func hostGetF64(c *call, s []uint64) { s[0] = double(c.value(s[0]), s[1]) }

func hostItemF64(c *call, s []uint64) { s[0] = double(c.item(s[0], s[1]), s[2]) }

// double reads what has a numeric value: float and int.
func double(v Value, dflt uint64) uint64 {
	switch v.Kind {
	case KindFloat:
		return uint64(v.Num)
	case KindInt:
		return math.Float64bits(float64(v.Num))
	}
	return dflt
}

func hostGetStr(c *call, s []uint64) {
	v := c.value(s[0])
	if v.Kind != KindString {
		s[0] = absent
		return
	}
	s[0] = c.give(v.Str, s[1], s[2])
}

func hostItemStr(c *call, s []uint64) {
	v := c.item(s[0], s[1])
	if v.Kind != KindString {
		s[0] = absent
		return
	}
	s[0] = c.give(v.Str, s[2], s[3])
}

func hostGetTime(c *call, s []uint64) {
	v := c.value(s[0])
	s[0] = s[1]
	if v.Kind == KindTime {
		s[0] = uint64(v.Num)
	}
}

func hostCount(c *call, s []uint64) { s[0] = uint64(uint32(c.list(s[0]))) }

func hostContains(c *call, s []uint64) {
	h := s[0]
	n := c.list(h)
	if n < 0 {
		s[0] = absent
		return
	}
	want := c.view(s[1], s[2])
	s[0] = 0
	for j := range n {
		v := c.in.Fields.Item(int(uint32(h)), int(j))
		c.spend(16 + len(want))
		if v.Kind == KindString && v.Str == want {
			s[0] = 1
			return
		}
	}
}

func hostInputJSON(c *call, s []uint64) {
	doc := c.document()
	if doc == nil {
		s[0] = absent
		return
	}
	s[0] = c.give(unsafe.String(unsafe.SliceData(doc), len(doc)), s[0], s[1])
}

// document returns the input document within the limit. Making it takes far
// longer than a host call may, so it is made once a call.
func (c *call) document() []byte {
	if c.doc == nil && c.in.Contact != nil {
		c.doc = c.in.Contact.JSON()
	}
	if len(c.doc) > c.mod.limits.InputBytes {
		c.fail(failf(ReasonMemory, "input document of %d bytes, at most %d; read declared fields instead", len(c.doc), c.mod.limits.InputBytes))
	}
	return c.doc
}

func hostNow(c *call, s []uint64) { s[0] = uint64(c.in.Now) }

func hostBucket(c *call, s []uint64) {
	if n := uint32(s[1]); n > maxSalt {
		c.fail(failf(ReasonTrap, "salt of %d bytes, at most %d", n, maxSalt))
	}
	salt := c.view(s[0], s[1])
	c.spend(bucketCost << byteShift)
	if c.in.Contact == nil {
		s[0] = absent
		return
	}
	s[0] = uint64(uint32(c.in.Contact.Bucket(salt)))
}
