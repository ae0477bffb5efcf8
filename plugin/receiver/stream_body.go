package receiver

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net"
	"net/http/httputil"
	"time"
)

// body reads what the request sends.
func (st *stream) body(conn io.Reader) (io.Reader, error) {
	var in io.Reader = &exactly{io.LimitReader(conn, int64(max(0, st.length))), st.length}
	if st.length < 0 {
		b := bufio.NewReaderSize(conn, 64<<10)
		in = &chunked{httputil.NewChunkedReader(b), b}
	}
	if st.packed {
		return gzip.NewReader(in)
	}
	return in, nil
}

// chunked reads a body in chunks with what stands behind the last one: to close
// a connection on unread bytes would cut off the answers on their way.
type chunked struct {
	in   io.Reader
	from *bufio.Reader
}

func (c *chunked) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	const most = 64
	for range most { // trailers, and the blank line that ends them
		line, bad := c.from.ReadSlice('\n')
		if bad != nil || len(bytes.TrimSpace(line)) == 0 {
			break
		}
	}
	return n, err
}

// exactly makes an error of a body that ends before its length.
type exactly struct {
	in   io.Reader
	left int
}

func (e *exactly) Read(p []byte) (int, error) {
	n, err := e.in.Read(p)
	if e.left -= n; errors.Is(err, io.EOF) && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// idleConn gives each read and write its own deadline.
type idleConn struct {
	net.Conn
	patience time.Duration
}

func (c *idleConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *idleConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
