package main

import (
	"errors"
	"fmt"
	"strings"
)

// maxListed bounds the lists that are read: a real module has a few dozen of each,
// and a few thousand functions.
const maxListed = 100_000

var errCut = errors.New("it is cut off, or a length in it is wrong")

// wasmReader reads the binary format. After an error it reads zeros.
type wasmReader struct {
	b   []byte
	err error
}

func (r *wasmReader) fail(err error) {
	if r.err == nil {
		r.err, r.b = err, nil
	}
}

func (r *wasmReader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.fail(errCut)
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *wasmReader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *wasmReader) u64() (v uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.fail(errors.New("a number that does not end"))
	return 0
}

func (r *wasmReader) u32() uint32 {
	v := r.u64()
	if v > 1<<32-1 {
		r.fail(errors.New("a number beyond 32 bits"))
		return 0
	}
	return uint32(v)
}

// name reads a name, of which as much is kept as is shown.
func (r *wasmReader) name() string {
	return strings.ToValidUTF8(beginning(string(r.take(int(r.u32()))), maxShownName), "?")
}

func (r *wasmReader) limits() (flags byte, low, high uint64) {
	flags, low = r.byte(), r.u64()
	if flags&1 != 0 {
		high = r.u64()
	}
	return flags, low, high
}

// each reads the items of a vector.
func (r *wasmReader) each(item func()) {
	n := r.u32()
	if n > maxListed {
		r.fail(fmt.Errorf("a list of %d items", n))
	}
	for range n {
		if r.err != nil {
			return
		}
		item()
	}
}
