package writeback

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Client makes a platform's requests, within its limits and the time-out.
type Client struct {
	transport http.RoundTripper
	timeout   time.Duration
	pace      *pacer
	clock     func() time.Time
	paused    func() time.Duration
	requests  atomic.Uint64
}

// maxAnswer is how much of an answer is read.
const maxAnswer = 4 << 20

// JSON sends v as JSON, or no body when it is nil. header holds pairs of name
// and value. An error is a *Trouble, or the context's.
func (c *Client) JSON(ctx context.Context, method, url string, header []string, v any) (*Answer, error) {
	var body []byte
	if v != nil {
		var err error
		if body, err = json.Marshal(v); err != nil {
			return nil, &Trouble{Kind: Refused, Text: "it can't be put as JSON: " + err.Error()}
		}
	}
	if err := c.pace.wait(ctx); err != nil {
		return nil, err
	}
	if d := c.paused(); d > 0 { // asked for while this one waited for its turn
		return nil, &Trouble{Kind: Throttled, Text: "the target has a pause", Wait: d, ours: true}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, &Trouble{Kind: Locked, Text: "the address of the API is wrong"}
	}
	req.Header.Set("User-Agent", "winnow")
	req.Header.Set("Accept", "application/json")
	if v != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	// Setting fields twice does no harm: the transport may try again on a fresh
	// connection when the platform had closed the one it took. It is not sent.
	req.Header["Idempotency-Key"] = []string{}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return c.do(ctx, req)
}

func (c *Client) do(ctx context.Context, req *http.Request) (*Answer, error) {
	c.requests.Add(1)
	name := req.Method + " " + req.URL.Host
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, c.failed(ctx, name, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, c.failed(ctx, name, err)
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: body, received: c.clock(), name: name}, nil
}

// failed makes trouble of a request without an answer. The error of the
// transport may hold the address, with the contact in it: it is not repeated.
func (c *Client) failed(ctx context.Context, name string, err error) error {
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return &Trouble{Kind: Later, Unsure: true, Text: fmt.Sprintf("%s did not answer within %s", name, c.timeout)}
	case errors.As(err, &dns):
		return &Trouble{Kind: Later, Text: name + ": no such host, or no name server"}
	case errors.As(err, &op) && op.Op == "dial":
		return &Trouble{Kind: Later, Text: name + ": no connection"}
	default:
		return &Trouble{Kind: Later, Unsure: true, Text: name + ": the connection broke"}
	}
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// jsonTexts are the strings in a body under a member's name, wherever it stands.
func jsonTexts(body []byte, name string) (out []string) {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return nil
	}
	var walk func(any, bool)
	walk = func(v any, here bool) {
		switch v := v.(type) {
		case string:
			if here && v != "" {
				out = append(out, v)
			}
		case []any:
			for _, x := range v {
				walk(x, here)
			}
		case map[string]any:
			for k, x := range v {
				if _, nested := x.(map[string]any); k == name || nested || isList(x) {
					walk(x, k == name)
				}
			}
		}
	}
	walk(v, false)
	return out
}

func isList(v any) bool { _, ok := v.([]any); return ok }
