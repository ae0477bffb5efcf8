package writebacktest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// wire is a network in memory. Real HTTP runs over it, and inside a bubble of
// testing/synctest, where hours pass in no time.
type wire struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newWire() *wire { return &wire{conns: make(chan net.Conn), done: make(chan struct{})} }

// Accept implements net.Listener.
func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.conns:
		return c, nil
	case <-w.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (w *wire) Close() error {
	w.once.Do(func() { close(w.done) })
	return nil
}

// Addr implements net.Listener.
func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// transport is a client's end.
func (w *wire) transport() *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		client, server := net.Pipe()
		select {
		case w.conns <- server:
			return client, nil
		case <-w.done:
			return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}
