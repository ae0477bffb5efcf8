package platform

import (
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Call is one request of a platform in plain values. Its texts never change; the
// memory of Header and Body is used again once the call is answered.
type Call struct {
	// Method as sent: "POST".
	Method string
	// Path as sent, still escaped: "/v1/in/shop/save".
	Path string
	// Below is the path below the source, without the slashes around it: "save", ""
	// when the source itself is called.
	Below string
	// Query as sent, still escaped, without the question mark.
	Query string
	// Header holds the fields as sent, in order, repeated ones included.
	Header verify.Header
	// Body holds the bytes as sent: compressed, if they were.
	Body []byte
	// TooLarge says that the body was larger than the source takes, and is not here:
	// the call is answered as the owner wants in trouble, unless it is a stranger's.
	TooLarge bool
	// Received is when the call came in.
	Received time.Time

	publicURL string
	limit     int    // of the unpacked body
	plain     []byte // the unpacked body, once asked for
	document  []byte // the JSON that the call means, once asked for
	unpacked  bool
	room      []byte // memory for document
}

// Get is the first value of a header, whatever its case; "" without one.
func (c *Call) Get(name string) string {
	for i := range c.Header {
		if isName(c.Header[i].Name, name) {
			return c.Header[i].Value
		}
	}
	return ""
}

// isName reports whether a field has this name, which is ASCII.
func isName(field, name string) bool {
	return len(field) == len(name) && (field == name || strings.EqualFold(field, name))
}

// Request is the call as verification schemes see it.
func (c *Call) Request() verify.Request {
	return verify.Request{
		Method: c.Method, PublicURL: c.publicURL, Path: c.Path, RawQuery: c.Query,
		Header: c.Header, Body: c.Body, Received: c.Received,
	}
}

// Reply is what the platform gets: plain values again.
type Reply struct {
	Status int
	// Header holds fields to set, Content-Type among them.
	Header verify.Header
	Body   []byte
}

// Set makes a header field have this one value.
func (r *Reply) Set(name, value string) {
	for i := range r.Header {
		if isName(r.Header[i].Name, name) {
			r.Header[i].Value = value
			return
		}
	}
	r.Header = append(r.Header, verify.Field{Name: name, Value: value})
}

// Get is the value of a header field, "" without one.
func (r *Reply) Get(name string) string {
	for i := range r.Header {
		if isName(r.Header[i].Name, name) {
			return r.Header[i].Value
		}
	}
	return ""
}

// JSONType is the content type of answers. The charset is spelled out because
// Salesforce takes Windows-1252 without it.
const JSONType = "application/json; charset=utf-8"

// JSON makes the reply this JSON.
func (r *Reply) JSON(status int, body []byte) {
	r.Status = status
	r.Set("Content-Type", JSONType)
	r.Body = append(r.Body[:0], body...)
}

// reset empties the reply and keeps its memory.
func (r *Reply) reset() { *r = Reply{Header: r.Header[:0], Body: r.Body[:0]} }
