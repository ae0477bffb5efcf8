package receiver

import (
	"context"
	"errors"
	"net"
	"sync"
)

// taken are connections that handlers have taken over from the server, which
// does not wait for them at its end. The zero value is empty.
type taken struct {
	mu   sync.Mutex
	open map[net.Conn]context.CancelFunc
	done sync.WaitGroup
}

// enter adds a connection, unless there are as many as may be. cut ends what its
// handler waits for besides the connection.
func (t *taken) enter(conn net.Conn, most int, cut context.CancelFunc) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.open) >= most {
		return false
	}
	if t.open == nil {
		t.open = map[net.Conn]context.CancelFunc{}
	}
	t.open[conn] = cut
	t.done.Add(1)
	return true
}

func (t *taken) leave(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, conn)
	t.done.Done()
}

// end waits for the connections until ctx ends, and cuts off those that are
// left.
func (t *taken) end(ctx context.Context) error {
	all := make(chan struct{})
	go func() {
		t.done.Wait()
		close(all)
	}()
	select {
	case <-all:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	for conn, cut := range t.open {
		cut()
		_ = conn.Close() // it ends the handler, whatever it says
	}
	t.mu.Unlock()
	<-all
	return errors.New("receiver: requests were cut off")
}

// rawConn is the connection that a handler entered with, of the one that it was
// given.
func rawConn(conn net.Conn) net.Conn {
	if u, ok := conn.(interface{ UnsafeConn() net.Conn }); ok {
		return u.UnsafeConn()
	}
	return conn
}
