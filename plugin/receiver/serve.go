package receiver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// headerLimit is the size in bytes of a request's headers.
const headerLimit = 8 << 10

// ErrOpen: without API keys, winnow listens on this machine only.
var ErrOpen = errors.New("without API keys only loopback addresses can be listened on: give a file of keys, or use 127.0.0.1")

// Listen opens a TCP listener, port 0 for any free one. Without keys it fails
// with ErrOpen unless the address is a loopback one.
func Listen(addr string, keys *Keys) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if keys == nil && !isLoopback(ln.Addr()) {
		return nil, errors.Join(ErrOpen, ln.Close())
	}
	return ln, nil
}

// App makes a Fiber app with the routes and nothing else.
func (r *Receiver) App() *fiber.App {
	app := fiber.New(fiber.Config{
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    r.largest(),
		ReadBufferSize:               headerLimit,
		ReadTimeout:                  r.opts.ReadTimeout,
		WriteTimeout:                 r.opts.ReadTimeout,
		IdleTimeout:                  r.opts.IdleTimeout,
		ErrorHandler:                 r.onError,
	})
	app.Post(streamPath, r.wrap(route{"POST", streamPath, Decide, r.screenStream}))
	r.Mount(app)
	app.Use(func(c *fiber.Ctx) error { return r.send(c, notFound()) })
	server := app.Server()
	server.CloseOnShutdown = true
	server.Handler = r.front(app, server.Handler)
	server.HeaderReceived = r.guard
	return app
}

// largest is the size of the largest body at any address.
func (r *Receiver) largest() int {
	most := max(r.opts.MaxBody, r.opts.MaxBatchBody)
	for _, s := range r.sources {
		most = max(most, s.MaxBody())
	}
	return most
}

// limitOf is the size of a body at an address.
func (r *Receiver) limitOf(uri []byte) int {
	if bytes.HasPrefix(uri, []byte("/v1/decide/batch")) {
		return r.opts.MaxBatchBody
	}
	path, _, _ := bytes.Cut(uri, []byte("?"))
	if s, _ := r.sourceAt(path); s != nil {
		return s.MaxBody()
	}
	return r.opts.MaxBody
}

// Serve answers requests until ctx ends, then lets those under way finish: from
// then on readyz says no, connections are closed as they become idle, and no new
// ones are taken. The listener is closed when it returns. Without keys, on a
// loopback address, it refuses what a page of another site has a browser send.
func (r *Receiver) Serve(ctx context.Context, ln net.Listener) error {
	r.local.Store(r.keys == nil && isLoopback(ln.Addr()))
	app := r.App()
	ln = newUntiring(ln, r.opts.Log)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(ln) }()
	select {
	case err := <-ended:
		return fmt.Errorf("receiver: %w", err)
	case <-ctx.Done():
	}
	r.closing.Store(true)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.opts.Grace)
	defer cancel()
	err := app.ShutdownWithContext(last)
	bodyErr := r.bodies.conns.end(last)
	streamErr := r.streams.end(last)
	if err != nil {
		err = fmt.Errorf("receiver: requests were cut off after %v: %w", r.opts.Grace, err)
	}
	// The server knows its listener only once it accepts: if ctx ended before
	// that, shutting down found nothing to close, and accepting would never end.
	_ = ln.Close() // it is closed already, as a rule
	if serving := <-ended; !errors.Is(serving, net.ErrClosed) {
		err = errors.Join(err, serving)
	}
	return errors.Join(err, bodyErr, streamErr)
}

// drain reads what a client still sends of a request that is refused, within
// bounds. If the connection were closed on it, the client would get a reset
// instead of the answer.
func drain(conn net.Conn) {
	const most, patience, whole = 64 << 20, 250 * time.Millisecond, 5 * time.Second
	if conn == nil {
		return
	}
	end := time.Now().Add(whole)
	var room [4 << 10]byte
	for read := 0; read < most && time.Now().Before(end); {
		if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return
		}
		n, err := conn.Read(room[:])
		read += n
		if err != nil {
			return
		}
	}
}
