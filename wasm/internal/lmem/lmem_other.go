//go:build !linux

package lmem

// reserve takes the whole memory at once, so that it never moves.
func reserve(n int) []byte { return make([]byte, n) }

func release([]byte) {}

// anonymousFile is not to be had: every snapshot is copied.
func anonymousFile([]byte) int { return -1 }

func closeFile(int) {}

func (m *Memory) remap(*Snapshot) bool { return false }
