package lmem

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// reserve takes address space; pages cost nothing until they are written.
func reserve(n int) []byte {
	if n == 0 {
		return nil
	}
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil // Reallocate then refuses, and the engine reports that memory is short
	}
	return b
}

func release(b []byte) { _ = unix.Munmap(b) }

// anonymousFile holds data for mapping, or -1.
func anonymousFile(data []byte) int {
	fd, err := unix.MemfdCreate("winnow-snapshot", unix.MFD_CLOEXEC)
	if err != nil {
		return -1
	}
	for off := 0; off < len(data); {
		n, err := unix.Pwrite(fd, data[off:], int64(off))
		if err != nil || n == 0 {
			_ = unix.Close(fd)
			return -1
		}
		off += n
	}
	return fd
}

func closeFile(fd int) { _ = unix.Close(fd) }

// remap drops what was written since the snapshot was mapped, mapping it first
// when that has not been done.
func (m *Memory) remap(s *Snapshot) bool {
	if m.mapped == s {
		return unix.Madvise(m.region[:len(s.data)], unix.MADV_DONTNEED) == nil
	}
	addr := unsafe.Pointer(unsafe.SliceData(m.region))
	_, err := unix.MmapPtr(s.file, 0, addr, uintptr(len(s.data)),
		unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_FIXED)
	if err != nil {
		return false
	}
	m.mapped = s
	return true
}
