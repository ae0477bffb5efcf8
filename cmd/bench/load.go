//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// load keeps a request in flight on each of so many connections for a while, the
// requests in rotation, and counts the answers. Any answer but 200 is an error: a
// fast refusal is no speed.
//
// It never sleeps. A client that sleeps is woken by the kernel within the
// server's send and on the server's account, 3 µs an answer in a virtual machine,
// and the more so the slower the server is. Over a network nobody pays that.
func load(ctx context.Context, addr string, requests [][]byte, conns int, span time.Duration) (int64, error) {
	all := make([]*client, conns)
	for i := range all {
		c, err := dial(addr, requests, i*7)
		if err != nil {
			return 0, err
		}
		defer c.conn.Close()
		all[i] = c
	}
	var done int64
	for end := time.Now().Add(span); time.Now().Before(end); {
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		for _, c := range all {
			answered, err := c.poll()
			if err != nil {
				return done, err
			}
			if answered {
				done++
			}
		}
	}
	return done, nil
}

// client is one connection with one request in flight.
type client struct {
	conn     net.Conn
	raw      syscall.RawConn
	requests [][]byte
	next     int
	buf      []byte // what came of the answer
	room     []byte
	try      func(fd uintptr) bool // reads without waiting into n and err
	n        int
	err      error
}

func dial(addr string, requests [][]byte, start int) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	c := &client{conn: conn, raw: raw, requests: requests, next: start, room: make([]byte, 64<<10)}
	c.try = func(fd uintptr) bool {
		c.n, c.err = syscall.Read(int(fd), c.room)
		return true
	}
	return c, c.send()
}

func (c *client) send() error {
	_, err := c.conn.Write(c.requests[c.next%len(c.requests)])
	c.next++
	c.buf = c.buf[:0]
	return err
}

// poll looks whether the answer is there, and if so sends the next request.
func (c *client) poll() (answered bool, err error) {
	if err := c.raw.Read(c.try); err != nil {
		return false, err
	}
	switch {
	case errors.Is(c.err, syscall.EAGAIN):
		return false, nil
	case c.err != nil:
		return false, c.err
	case c.n == 0:
		return false, io.ErrUnexpectedEOF
	}
	c.buf = append(c.buf, c.room[:c.n]...)
	whole, err := complete(c.buf)
	if err != nil || !whole {
		return false, err
	}
	return true, c.send()
}

// complete reports whether a whole response with a Content-Length, the only kind
// expected, has come.
func complete(b []byte) (bool, error) {
	head, body, found := bytes.Cut(b, []byte("\r\n\r\n"))
	if !found {
		return false, nil
	}
	status, fields, _ := strings.Cut(string(head), "\r\n")
	if !strings.Contains(status, " 200 ") {
		return false, fmt.Errorf("answered %s: %.600s", status, body)
	}
	for line := range strings.SplitSeq(fields, "\r\n") {
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			length, err := strconv.Atoi(strings.TrimSpace(value))
			return len(body) >= length, err
		}
	}
	return false, errors.New("answered without a length")
}
