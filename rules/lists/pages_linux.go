package lists

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is the size of one on most machines. Where it is another one, the
// advice below still holds for what it fits.
const hugePage = 2 << 20

// inHugePages asks for large pages of memory, which Linux mostly gives only to
// those who ask. Questions go all over a table, and with small pages each has to
// read where its page is, too: up to a tenth of the time. Nothing is lost where
// there are none.
func inHugePages[T uint64 | line](table []T) {
	size := len(table) * int(unsafe.Sizeof(*new(T)))
	if size < 2*hugePage {
		return
	}
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(table))), size)
	before := int(-uintptr(unsafe.Pointer(&b[0])) % hugePage)
	b = b[before:]
	_ = unix.Madvise(b[:len(b)/hugePage*hugePage], unix.MADV_HUGEPAGE)
}
