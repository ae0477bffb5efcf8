package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// load sends the requests in rotation over so many connections for a while and
// counts the answers. Any answer but 200 is an error: a fast refusal is no speed.
func load(ctx context.Context, addr string, requests [][]byte, conns int, span time.Duration) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var (
		done   atomic.Int64
		group  sync.WaitGroup
		failed = make(chan error, conns)
	)
	for i := range conns {
		group.Go(func() {
			if err := connection(ctx, addr, requests, i*7, &done); err != nil {
				failed <- err
				cancel()
			}
		})
	}
	group.Wait()
	close(failed)
	return done.Load(), <-failed
}

// connection posts one request after the other until the time is over.
func connection(ctx context.Context, addr string, requests [][]byte, start int, done *atomic.Int64) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	for i := start; ctx.Err() == nil; i++ {
		if _, err := conn.Write(requests[i%len(requests)]); err != nil {
			return err
		}
		if err := answer(r); err != nil {
			return err
		}
		done.Add(1)
	}
	return nil
}

// answer reads one response with a Content-Length, the only kind expected.
func answer(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !strings.Contains(string(line), " 200 ") {
		rest, _ := r.Peek(min(r.Buffered(), 600))
		return fmt.Errorf("answered %s%s", line, rest)
	}
	length := -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("answered without a length")
	}
	_, err = io.CopyN(io.Discard, r, int64(length))
	return err
}
