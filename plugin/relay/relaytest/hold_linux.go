package relaytest

import (
	"net"
	"os"
	"syscall"
)

// hold finds a port and keeps the system from giving it to anybody else, also
// while nobody listens there, until the process ends: a socket is bound to it that
// never listens. Both sides allow the address to be shared, as package net does.
func hold() (addr string, err error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", os.NewSyscallError("socket", err)
	}
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return "", os.NewSyscallError("setsockopt", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return "", os.NewSyscallError("bind", err)
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		return "", os.NewSyscallError("getsockname", err)
	}
	own := bound.(*syscall.SockaddrInet4)
	return (&net.TCPAddr{IP: own.Addr[:], Port: own.Port}).String(), nil
}
