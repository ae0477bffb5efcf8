// Package capture reads and writes requests as text: .http files, as recording
// servers, editors and winnow sign write them. It exists because a captured
// request is how a platform's behaviour is remembered: the kit's goldens are
// made of them, and winnow send replays them.
//
//	# what comes before the request line is a comment
//	POST /v1/in/shop?mode=204 HTTP/1.1
//	Content-Type: application/json
//
//	{"contact": {"id": "c1"}}
//
// The body is everything after the blank line, byte for byte, whatever
// Content-Length says; a chunked one is put together again. One line end at the
// end of a body without a Content-Length is the editor's, and dropped.
package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Request is a request as written down.
type Request struct {
	platform.Call
	// Comments are the lines before it, without their signs.
	Comments []string
	// Host is where it went, from the request line or the Host header; "" when
	// neither says.
	Host string
}

// Parse reads a request. Errors name the line.
func Parse(file []byte) (*Request, error) {
	r := &Request{}
	line := 0
	next := func() string {
		text, rest, _ := bytes.Cut(file, []byte("\n"))
		file, line = rest, line+1
		return strings.TrimSuffix(string(text), "\r")
	}
	first := next()
	for first == "" || strings.HasPrefix(first, "#") || strings.HasPrefix(first, "//") {
		if len(file) == 0 {
			return nil, errors.New("there is no request in the file: it begins with a line like POST /v1/in/shop HTTP/1.1")
		}
		if first != "" {
			r.Comments = append(r.Comments, strings.TrimSpace(strings.TrimLeft(first, "#/")))
		}
		first = next()
	}
	if err := r.requestLine(first); err != nil {
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	for len(file) > 0 {
		text := next()
		if text == "" {
			break
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok || strings.ContainsAny(name, " \t") || name == "" {
			return nil, fmt.Errorf("line %d: want a header as Name: value, or a blank line before the body", line)
		}
		r.Header = append(r.Header, verify.Field{Name: name, Value: strings.TrimSpace(value)})
	}
	if r.Host == "" {
		r.Host = r.Get("Host")
	}
	return r, r.body(file)
}

func (r *Request) requestLine(text string) error {
	method, rest, ok := strings.Cut(text, " ")
	target, version, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if !ok || method == "" || strings.ToUpper(method) != method || target == "" || version != "" && !strings.HasPrefix(version, "HTTP/") {
		return errors.New("want a request line like POST /v1/in/shop HTTP/1.1")
	}
	if !strings.HasPrefix(target, "/") {
		u, err := url.Parse(target)
		if err != nil || u.Host == "" {
			return errors.New("the address of the request is neither a path nor a URL")
		}
		r.Host, target = u.Host, u.RequestURI()
	}
	r.Method = method
	r.Path, r.Query, _ = strings.Cut(target, "?")
	return nil
}

func (r *Request) body(rest []byte) error {
	if strings.EqualFold(r.Get("Transfer-Encoding"), "chunked") {
		body, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(rest)))
		if err == nil {
			r.Body = body
			return nil
		} // an editor put the body together already
	}
	r.Body = rest
	n, err := strconv.Atoi(r.Get("Content-Length"))
	switch {
	case err == nil && n == len(rest):
	case bytes.HasSuffix(rest, []byte("\r\n")):
		r.Body = rest[:len(rest)-2]
	case bytes.HasSuffix(rest, []byte("\n")):
		r.Body = rest[:len(rest)-1]
	}
	return nil
}

// Format writes a call down, so that Parse reads it back. Headers that the
// transport makes (Content-Length, Connection, Transfer-Encoding) are made anew.
func Format(c *platform.Call, host string) []byte {
	var out bytes.Buffer
	target := c.Path
	if c.Query != "" {
		target += "?" + c.Query
	}
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\n", c.Method, target)
	if host != "" {
		fmt.Fprintf(&out, "Host: %s\r\n", host)
	}
	for _, f := range c.Header {
		if !Transport(f.Name) {
			fmt.Fprintf(&out, "%s: %s\r\n", f.Name, f.Value)
		}
	}
	fmt.Fprintf(&out, "Content-Length: %d\r\n\r\n", len(c.Body))
	out.Write(c.Body)
	return out.Bytes()
}

// Transport reports whether a header is about how a request travels and not about
// what it says.
func Transport(name string) bool {
	for _, t := range []string{"Host", "Content-Length", "Connection", "Transfer-Encoding", "Keep-Alive", "Accept-Encoding"} {
		if strings.EqualFold(t, name) {
			return true
		}
	}
	return false
}
