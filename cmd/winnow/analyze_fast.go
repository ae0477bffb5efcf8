package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// largeHeap readies memory for an analysis of a file of so many bytes: it takes
// about four times those. Memory is collected less often, unless GOGC says how
// often, for nearly all of it is held to the end, and collecting was a quarter of
// the time. It gives the way back.
func largeHeap(fileSize int64) func() {
	hugePages(int(min(5*fileSize, 1<<30)))
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(300)
	return func() { debug.SetGCPercent(before) }
}

// sizeOf is the size of a file, 0 when it is not known.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

// sideBySide calls do with every number from 0 to n-1, on all processors.
func sideBySide(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}
