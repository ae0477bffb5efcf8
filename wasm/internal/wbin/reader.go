// Package wbin reads and writes the WebAssembly binary format, as far as
// admitting a module needs it.
//
// It exists because a module must be judged before any engine sees it: engines
// spend seconds and gigabytes on small hostile files, so sizes and counts are
// checked here, before anything is allocated for them. It checks structure
// only; types are left to the engine, which validates every module in full.
package wbin

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrMalformed is wrapped by every error about bytes that are no WebAssembly module.
var ErrMalformed = errors.New("malformed module")

// Reader decodes primitive values from a byte slice. The first error sticks:
// later reads return zero values, so callers may check Err once.
type Reader struct {
	Buf []byte
	Pos int
	err error
}

// Err returns the first error met, or nil.
func (r *Reader) Err() error { return r.err }

// Len returns the number of bytes left.
func (r *Reader) Len() int { return len(r.Buf) - r.Pos }

func (r *Reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s at byte %d", ErrMalformed, fmt.Sprintf(format, args...), r.Pos)
	}
	r.Pos = len(r.Buf)
}

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if r.Pos >= len(r.Buf) {
		r.fail("unexpected end")
		return 0
	}
	b := r.Buf[r.Pos]
	r.Pos++
	return b
}

// U32 reads an unsigned LEB128 of at most 32 bits.
func (r *Reader) U32() uint32 {
	// One byte is by far the most common length.
	if r.Pos < len(r.Buf) {
		if b := r.Buf[r.Pos]; b < 0x80 {
			r.Pos++
			return uint32(b)
		}
	}
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		b := r.Byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if v > 0xffffffff {
				r.fail("number over 32 bits")
			}
			return uint32(v)
		}
	}
	r.fail("number too long")
	return 0
}

// S64 reads a signed LEB128 of at most bits bits (32, 33 or 64).
func (r *Reader) S64(bits int) int64 {
	var v int64
	for shift := 0; shift < bits; shift += 7 {
		b := r.Byte()
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if shift+7 < 64 && b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.fail("number too long")
	return 0
}

// Bytes reads n bytes, as a view of the input.
func (r *Reader) Bytes(n uint32) []byte {
	if uint64(n) > uint64(r.Len()) {
		r.fail("%d bytes announced, %d left", n, r.Len())
		return nil
	}
	b := r.Buf[r.Pos : r.Pos+int(n) : r.Pos+int(n)]
	r.Pos += int(n)
	return b
}

// Skip passes over n bytes.
func (r *Reader) Skip(n int) {
	if n > r.Len() {
		r.fail("unexpected end")
		return
	}
	r.Pos += n
}

// Name reads a length-prefixed name.
func (r *Reader) Name() string { return string(r.Bytes(r.U32())) }

// Count reads the length of a vector and refuses more than limit items, or
// more items than bytes left, so that nothing is allocated for a lie.
func (r *Reader) Count(what string, limit int) int {
	n := r.U32()
	if r.err != nil {
		return 0
	}
	if uint64(n) > uint64(limit) {
		r.err = &LimitError{What: what, Value: int64(n), Limit: int64(limit)}
		r.Pos = len(r.Buf)
		return 0
	}
	if uint64(n) > uint64(r.Len()) {
		r.fail("%d %s announced in %d bytes", n, what, r.Len())
		return 0
	}
	return int(n)
}

// index reads an index into a space of n items and refuses one that points beyond.
func (r *Reader) index(what string, n int) uint32 {
	i := r.U32()
	if r.err == nil && uint64(i) >= uint64(n) {
		r.fail("there is no %s %d", what, i)
	}
	return i
}

// AppendU32 appends v as unsigned LEB128.
func AppendU32(b []byte, v uint32) []byte {
	return binary.AppendUvarint(b, uint64(v))
}

// AppendS64 appends v as signed LEB128.
func AppendS64(b []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if (v == 0 && c&0x40 == 0) || (v == -1 && c&0x40 != 0) {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

// AppendName appends s with its length.
func AppendName(b []byte, s string) []byte {
	return append(AppendU32(b, uint32(len(s))), s...)
}

// AppendSection appends a section with its id and length; empty bodies are left out.
func AppendSection(b []byte, id byte, body []byte) []byte {
	if len(body) == 0 {
		return b
	}
	b = append(b, id)
	b = AppendU32(b, uint32(len(body)))
	return append(b, body...)
}
