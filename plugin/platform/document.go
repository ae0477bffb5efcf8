package platform

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// The errors of reading a call's body.
var (
	// ErrTooLarge: the body, or what it unpacks to, is larger than the source
	// allows.
	ErrTooLarge = errors.New("the body is too large")
	// ErrEncoding: the body is not what its Content-Encoding says.
	ErrEncoding = errors.New("the body can't be unpacked: send it plain, or with Content-Encoding: gzip")
	// ErrMediaType: the body is of a kind that can't be read.
	ErrMediaType = errors.New("the body is neither JSON nor a form")
	// ErrMethod: the platform does not call with this method.
	ErrMethod = errors.New("the platform does not call with this method")
	// ErrEmpty: there is neither a body nor a query.
	ErrEmpty = errors.New("the call has neither a body nor a query")
)

// Plain is the body, unpacked.
func (c *Call) Plain() ([]byte, error) {
	if c.unpacked {
		return c.plain, nil
	}
	if c.TooLarge || len(c.Body) > c.limit {
		return nil, tooLarge(c.limit)
	}
	switch encoding := c.Get("Content-Encoding"); {
	case encoding == "" || strings.EqualFold(encoding, "identity"):
		c.plain = c.Body
	case strings.EqualFold(encoding, "gzip"):
		var err error
		if c.plain, err = gunzip(c.Body, c.limit); err != nil {
			return nil, err
		}
	default:
		return nil, ErrEncoding
	}
	c.unpacked = true
	return c.plain, nil
}

func tooLarge(limit int) error {
	return fmt.Errorf("%w: it has at most %d bytes here", ErrTooLarge, limit)
}

func gunzip(body []byte, limit int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, ErrEncoding
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	switch {
	case len(out) > limit:
		return nil, tooLarge(limit)
	case err != nil:
		return nil, ErrEncoding
	}
	return out, nil
}

// Document is the call as JSON, whatever it came as: a JSON body as it stands; a
// form, a multipart form or, without a body, the query, as package payload reads
// them. What calls itself JSON and is a form is read as one: Mautic does that.
func (c *Call) Document() ([]byte, error) {
	if c.document != nil {
		return c.document, nil
	}
	body, err := c.Plain()
	if err != nil {
		return nil, err
	}
	c.document, err = c.read(body)
	return c.document, err
}

func (c *Call) read(body []byte) ([]byte, error) {
	start := body
	if len(start) == 0 || start[0] <= ' ' {
		start = bytes.TrimLeft(body, " \t\r\n")
	}
	kind := c.Get("Content-Type")
	switch {
	case len(start) == 0 && c.Query != "":
		return payload.Form(c.room[:0], c.Query)
	case len(start) == 0:
		return nil, ErrEmpty
	case IsType(kind, "multipart/form-data"):
		_, params, err := mime.ParseMediaType(kind)
		if err != nil || params["boundary"] == "" {
			return nil, payload.ErrBadForm
		}
		return payload.Multipart(c.room[:0], body, params["boundary"])
	case start[0] == '{' || start[0] == '[':
		return body, nil
	case IsType(kind, "application/x-www-form-urlencoded"),
		saysJSON(kind) && bytes.IndexByte(body, '=') > 0 && start[0] != '"':
		return payload.Form(c.room[:0], string(body))
	case kind == "" || saysJSON(kind):
		return nil, payload.ErrNotJSON
	}
	return nil, ErrMediaType
}

// saysJSON reports whether a media type is one of JSON, as people write it: its case
// does not matter (RFC 9110 §8.3.1).
func saysJSON(kind string) bool { return strings.Contains(strings.ToLower(kind), "json") }

// IsType reports whether a media type begins with this one; their case does not matter
// (RFC 9110 §8.3.1).
func IsType(kind, want string) bool {
	return len(kind) >= len(want) && strings.EqualFold(kind[:len(want)], want)
}

// Param is the first value of a query parameter, "" without one, or when the
// query can't be read.
func (c *Call) Param(name string) string {
	doc, err := payload.Form(nil, c.Query)
	if err != nil {
		return ""
	}
	v := payload.Get(doc, name)
	if len(v) > 0 && v[0] == '[' {
		first := ""
		_ = payload.EachItem(v, func(item []byte) { // it was just written
			if first == "" {
				first = payload.Text(item)
			}
		})
		return first
	}
	return payload.Text(v)
}
