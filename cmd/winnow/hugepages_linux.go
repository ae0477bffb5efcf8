package main

import (
	"runtime"
	"syscall"
)

// hugePages asks for the memory that is taken next, up to n bytes, to come in large
// pages. The system hands memory out by the page, at a few microseconds each, and
// tens of thousands of small ones were a quarter of an analysis. Go's heap knows no
// such wish, so memory is taken, marked and given back at once: it is never touched
// here, and stays marked when the heap uses it again. Where the system declines,
// all is as it was.
func hugePages(n int) {
	const huge = 2 << 20
	if n < huge {
		return
	}
	_ = syscall.Madvise(make([]byte, n/huge*huge), syscall.MADV_HUGEPAGE) // large memory begins at a page
	runtime.GC()
}
