package flush

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// background is a context of Linux's asynchronous input and output, and the
// event descriptor that tells of its completions. See io_submit(2), eventfd(2);
// IOCB_CMD_FDSYNC works on every file system from Linux 4.18 on.
type background struct {
	ctx  uintptr
	told *os.File // non-blocking, so that reading it parks a goroutine only
	fd   int      // of told
}

// iocb is struct iocb of linux/aio_abi.h, as 64-bit machines with the low byte
// first have it.
type iocb struct {
	_         uint64 // data
	_, _      uint32 // key, flags of reads and writes
	op        uint16
	_         int16 // priority
	fd        uint32
	_, _, _   uint64 // buffer, its length, offset
	_         uint64
	flags, to uint32 // to is the event descriptor
}

const (
	opDataSync = 3 // IOCB_CMD_FDSYNC
	flagEvent  = 1 // IOCB_FLAG_RESFD
)

// event is struct io_event.
type event struct {
	_, _   uint64 // data, object
	result int64
	_      int64
}

// newBackground returns nil where the system refuses: it is too old, a sandbox
// forbids the calls, or fs.aio-max-nr is used up.
func newBackground() *background {
	if !littleEndian64() {
		return nil
	}
	b := &background{}
	if _, _, errno := syscall.Syscall(unix.SYS_IO_SETUP, 1, uintptr(unsafe.Pointer(&b.ctx)), 0); errno != 0 {
		return nil
	}
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		b.destroy()
		return nil
	}
	b.fd, b.told = fd, os.NewFile(uintptr(fd), "eventfd")
	return b
}

func littleEndian64() bool {
	switch runtime.GOARCH {
	case "amd64", "arm64", "loong64", "mips64le", "ppc64le", "riscv64":
		return true
	}
	return false
}

func (b *background) sync(f *os.File) error {
	cb := &iocb{op: opDataSync, fd: uint32(f.Fd()), flags: flagEvent, to: uint32(b.fd)}
	if n, _, _ := syscall.Syscall(unix.SYS_IO_SUBMIT, b.ctx, 1, uintptr(unsafe.Pointer(&cb))); n != 1 {
		return errRefused
	}
	runtime.KeepAlive(f)
	var count [8]byte
	if _, err := b.told.Read(count[:]); err != nil {
		return err
	}
	var e event
	var now unix.Timespec
	n, _, errno := syscall.Syscall6(unix.SYS_IO_GETEVENTS, b.ctx, 1, 1, uintptr(unsafe.Pointer(&e)), uintptr(unsafe.Pointer(&now)), 0)
	switch {
	case n != 1:
		return errors.Join(errors.New("a flush ended without a result"), errno)
	case e.result < 0:
		return os.NewSyscallError("fdatasync", syscall.Errno(-e.result))
	}
	return nil
}

func (b *background) close() {
	_ = b.told.Close()
	b.destroy()
}

func (b *background) destroy() {
	_, _, _ = syscall.Syscall(unix.SYS_IO_DESTROY, b.ctx, 0, 0)
}

func datasync(f *os.File) error {
	defer runtime.KeepAlive(f)
	for {
		err := unix.Fdatasync(int(f.Fd()))
		if err != unix.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
