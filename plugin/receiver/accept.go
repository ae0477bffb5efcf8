package receiver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"syscall"
	"time"
)

// untiring is a listener that outlives what passes: who opens more connections
// than the process may have files must not end it, as fasthttp would.
type untiring struct {
	net.Listener
	log    *slog.Logger
	told   time.Time
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
}

func newUntiring(ln net.Listener, log *slog.Logger) *untiring {
	u := &untiring{Listener: ln, log: log}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	return u
}

// Accept waits for the next connection, and meanwhile for room for it.
func (u *untiring) Accept() (net.Conn, error) {
	const least, most = 5 * time.Millisecond, time.Second
	for wait := least; ; wait = min(2*wait, most) {
		conn, err := u.Listener.Accept()
		if err == nil || !passes(err) {
			return conn, err
		}
		if now := time.Now(); now.Sub(u.told) > time.Minute {
			u.told = now
			u.log.Error("connections can't be taken; those there are go on", "error", err)
		}
		select {
		case <-time.After(wait):
		case <-u.ctx.Done():
			return nil, net.ErrClosed
		}
	}
}

// Close ends the waiting, too.
func (u *untiring) Close() error {
	u.cancel()
	return u.Listener.Close()
}

// passes reports whether a connection may be taken later, although not now.
func passes(err error) bool {
	return slices.ContainsFunc([]error{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED,
	}, func(of error) bool { return errors.Is(err, of) })
}
