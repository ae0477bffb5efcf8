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

// clients call a server on connections of their own, with the same requests in
// rotation. Any answer but 200 is an error: a fast refusal is no speed.
//
// They never sleep. A client that sleeps is woken by the kernel within the server's
// send and on the server's account, 3 µs an answer in a virtual machine, and the more
// so the slower the server is. Over a network nobody pays that.
type clients []*client

func dialAll(addr string, requests [][]byte, conns int) (clients, error) {
	all := make(clients, 0, conns)
	for i := range conns {
		c, err := dial(addr, requests, i*7)
		if err != nil {
			return nil, errors.Join(err, all.close())
		}
		all = append(all, c)
	}
	return all, nil
}

func (all clients) close() (err error) {
	for _, c := range all {
		err = errors.Join(err, c.conn.Close())
	}
	return err
}

// load keeps a request in flight on each connection for a while, waits for the last
// answers and counts all.
func (all clients) load(ctx context.Context, span time.Duration) (answers int64, err error) {
	for _, c := range all {
		if err := c.send(); err != nil {
			return 0, err
		}
	}
	flying := len(all)
	for end := time.Now().Add(span); flying > 0; {
		if ctx.Err() != nil {
			return answers, ctx.Err()
		}
		last := !time.Now().Before(end)
		for _, c := range all {
			if !c.flying {
				continue
			}
			answered, err := c.poll()
			if err != nil {
				return answers, err
			}
			if !answered {
				continue
			}
			answers++
			if last {
				flying--
			} else if err := c.send(); err != nil {
				return answers, err
			}
		}
	}
	return answers, nil
}

// client is one connection with one request in flight.
type client struct {
	conn     net.Conn
	raw      syscall.RawConn
	requests [][]byte
	next     int
	flying   bool   // the request before next is not answered yet
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
	return c, nil
}

func (c *client) send() error {
	_, err := c.conn.Write(c.requests[c.next%len(c.requests)])
	c.next++
	c.flying, c.buf = true, c.buf[:0]
	return err
}

// poll looks whether the answer is there.
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
	c.flying = false
	return true, nil
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
