package receiver_test

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/receiver"
)

// crowded is a listener without room for a connection the first few times.
type crowded struct {
	net.Listener
	left  atomic.Int32
	asked chan struct{} // gets one when it is asked for a connection
}

func (c *crowded) Accept() (net.Conn, error) {
	select {
	case c.asked <- struct{}{}:
	default:
	}
	if c.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return c.Listener.Accept()
}

// Whoever opens more connections than a process may have files does not end it.
func TestNoRoomForAConnectionPasses(t *testing.T) {
	var out bytes.Buffer
	x := start(t, setup{options: receiver.Options{Log: slog.New(slog.NewTextHandler(&out, nil))}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	busy := &crowded{Listener: ln}
	busy.left.Store(4)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- x.hook.Serve(ctx, busy) }()
	x.url = "http://" + ln.Addr().String()
	require.Equal(t, 200, x.do("GET", "/livez", "").status)
	x.client.CloseIdleConnections()
	cancel()
	require.NoError(t, <-ended)
	require.Equal(t, 1, strings.Count(out.String(), "connections can't be taken"), &out)
}

// It ends while it waits for room that never comes.
func TestNoRoomForAConnectionAndTheEnd(t *testing.T) {
	x := start(t, setup{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	busy := &crowded{Listener: ln, asked: make(chan struct{}, 1)}
	busy.left.Store(math.MaxInt32)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- x.hook.Serve(ctx, busy) }()
	<-busy.asked
	cancel()
	require.NoError(t, <-ended)
}
