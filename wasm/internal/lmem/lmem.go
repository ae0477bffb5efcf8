// Package lmem gives guests their linear memory and takes it back to a
// snapshot after each call.
//
// It exists because restoring memory is most of what isolation costs: small
// memories are copied, large ones are mapped copy-on-write, so that only the
// pages a call wrote are dropped. It also keeps guest memory off the Go heap
// (on Linux), makes growth free of copying, and counts every byte against one
// budget for the whole process.
package lmem

import (
	"math/bits"
	"sync/atomic"

	"github.com/tetratelabs/wazero/experimental"
)

// CopyLimit is the snapshot size in bytes up to which Restore copies; larger
// ones are mapped copy-on-write where the system can.
const CopyLimit = 256 << 10

// Budget bounds the bytes of all memories that share it. Use NewBudget.
type Budget struct {
	max     int64
	used    atomic.Int64
	reclaim func() bool
}

// NewBudget makes a budget of maxBytes. reclaim, which may be nil, is called
// when the budget is spent and reports whether it freed anything.
func NewBudget(maxBytes int64, reclaim func() bool) *Budget {
	return &Budget{max: maxBytes, reclaim: reclaim}
}

// Used returns the bytes taken now.
func (b *Budget) Used() int64 { return b.used.Load() }

// Take reserves n bytes; false when they are not to be had.
func (b *Budget) Take(n int64) bool {
	for {
		if b.used.Add(n) <= b.max {
			return true
		}
		b.used.Add(-n)
		if b.reclaim == nil || !b.reclaim() {
			return false
		}
	}
}

// Give returns n bytes.
func (b *Budget) Give(n int64) { b.used.Add(-n) }

// Memory is the linear memory of one instance. It implements both of the
// engine's interfaces, allocator and memory, so one value serves one
// instantiation. Not safe for concurrent use.
type Memory struct {
	budget *Budget
	region []byte // all that was reserved
	size   int    // bytes in use
	taken  int64
	mapped *Snapshot // what is mapped over the start of region
	// Starved is set when the shared budget refused growth: what the guest
	// did afterwards depended on other guests, so its answer is void.
	Starved bool
}

// New makes an empty memory that counts against budget.
func New(budget *Budget) *Memory { return &Memory{budget: budget} }

// Allocate implements experimental.MemoryAllocator.
func (m *Memory) Allocate(_, maxBytes uint64) experimental.LinearMemory {
	m.region = reserve(int(maxBytes))
	return m
}

// Reallocate implements experimental.LinearMemory. Memory never moves.
func (m *Memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.region)) {
		return nil
	}
	if more := int64(size) - m.taken; more > 0 {
		if !m.budget.Take(more) {
			m.Starved = true
			return nil
		}
		m.taken += more
	}
	m.size = int(size)
	return m.region[:size:size]
}

// Free implements experimental.LinearMemory; the engine calls it when the instance closes.
func (m *Memory) Free() {
	m.budget.Give(m.taken)
	m.taken, m.size = 0, 0
	if m.region != nil {
		release(m.region)
		m.region = nil
	}
}

// Bytes returns the memory in use. The slice is valid until the memory grows or is freed.
func (m *Memory) Bytes() []byte { return m.region[:m.size] }

// Size returns the bytes in use.
func (m *Memory) Size() int { return m.size }

// Snapshot is the content of a memory that instances start each call from. It
// is shared by all instances of a module and safe for concurrent use until Close.
type Snapshot struct {
	data []byte
	file int // descriptor of an anonymous file with the same content, or -1
}

// Size returns the size of the memory that was taken.
func (s *Snapshot) Size() int { return len(s.data) }

// Copied reports whether Restore copies rather than maps.
func (s *Snapshot) Copied() bool { return s.file < 0 }

// Take makes a snapshot of m.
func Take(m *Memory) *Snapshot {
	s := &Snapshot{data: append([]byte(nil), m.Bytes()...), file: -1}
	if len(s.data) > CopyLimit {
		s.file = anonymousFile(s.data)
	}
	return s
}

// Close frees the snapshot. Memories that still map it stay valid.
func (s *Snapshot) Close() {
	if s.file >= 0 {
		closeFile(s.file)
		s.file = -1
	}
}

// Restore brings the memory back to the snapshot. It returns false when the
// memory has another size than the snapshot: a memory cannot shrink, and its
// size shows what an earlier call did, so the instance must be given up.
func (m *Memory) Restore(s *Snapshot) bool {
	if m.size != len(s.data) {
		return false
	}
	if s.file >= 0 && m.remap(s) {
		return true
	}
	copy(m.region, s.data)
	return true
}

// trackPage is the size of the pages that a RestorePages mask names.
const trackPage = 4096

// RestorePages is Restore for a memory of which only the pages in the mask
// were written to: bit p stands for the 4 KiB from p * 4096 on. Memories of
// more than 64 such pages cannot be restored so.
func (m *Memory) RestorePages(s *Snapshot, mask uint64) bool {
	if m.size != len(s.data) {
		return false
	}
	for mask != 0 {
		first := bits.TrailingZeros64(mask)
		n := bits.TrailingZeros64(^(mask >> first)) // of pages in a row
		from := first * trackPage
		if from >= m.size {
			break
		}
		to := min(from+n*trackPage, m.size)
		copy(m.region[from:to], s.data[from:to])
		if first+n >= 64 {
			break
		}
		mask &^= (1<<n - 1) << first
	}
	return true
}
