package verify

import (
	"slices"
	"strings"
	"time"
)

// Request is a call as it came in, before anything was decoded.
type Request struct {
	// Method as sent: "POST".
	Method string
	// PublicURL is scheme, host and, behind a proxy that strips one, path prefix
	// under which platforms reach this server: "https://winnow.shop.example". It
	// is configured, never taken from the request.
	PublicURL string
	// Path as sent, still escaped: "/v1/in/hubspot".
	Path string
	// RawQuery as sent, still escaped, without the question mark.
	RawQuery string
	// Header holds the fields as sent, in order, repeated ones included.
	Header Header
	// Body holds the bytes as sent: compressed, if they were.
	Body []byte
	// Received is when the call came in. A call without it is refused by every
	// scheme that has a time.
	Received time.Time
}

// Header is a list of header fields in the order in which they came.
type Header []Field

// Field is one header line.
type Field struct{ Name, Value string }

// Values gives the values of all lines with a name, whatever its case.
func (h Header) Values(name string) []string {
	var out []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			out = append(out, f.Value)
		}
	}
	return out
}

// With gives a copy of the header in which name has this one value.
func (h Header) With(name, value string) Header {
	out := slices.DeleteFunc(slices.Clone(h), func(f Field) bool { return strings.EqualFold(f.Name, name) })
	return append(out, Field{Name: name, Value: value})
}

// one is the value of a header that may be there once only. Proxies disagree on
// whether the first or the last of two counts, so that two are as bad as none.
func (h Header) one(name string) (string, *Error) {
	value, found := "", false
	for _, f := range h {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if found {
			return "", refuse(Malformed, "header %s is there more than once", name)
		}
		value, found = f.Value, true
	}
	if !found {
		return "", refuse(Missing, "header %s is not there", name)
	}
	if value == "" {
		return "", refuse(Missing, "header %s is empty", name)
	}
	return value, nil
}

// has reports whether there is such a header, empty or not.
func (h Header) has(name string) bool {
	return slices.ContainsFunc(h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// url is the address that the platform called, as it was configured there.
func (r *Request) url() (string, *Error) {
	if r.PublicURL == "" {
		return "", refuse(Missing, "the public URL of this server is not configured, and the signature covers it")
	}
	u := strings.TrimSuffix(r.PublicURL, "/") + r.Path
	if r.RawQuery != "" {
		u += "?" + r.RawQuery
	}
	return u, nil
}
