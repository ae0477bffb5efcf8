// Package apart makes memory that one processor writes without another waiting
// for it.
//
// Processors take cache lines from each other whole. When two of them write to
// different bytes of one line, each write waits for the line to come over (false
// sharing), and the small slices that deciding writes all the time would lie in
// one line: those of one size are handed out side by side.
package apart

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Line is the size in bytes of a cache line, or more.
const Line = int(unsafe.Sizeof(cpu.CacheLinePad{}))

// Slice makes a slice of n items and no room for more, of whose cache lines no
// other memory has a part.
func Slice[T any](n int) []T {
	var one T
	pad := (Line-1)/int(unsafe.Sizeof(one)) + 1
	return make([]T, pad+n+pad)[pad : pad+n : pad+n]
}
