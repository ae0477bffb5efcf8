package ghost

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// fate is what became of a message at Mailgun.
type fate int

const (
	unknown fate = iota // it may have been taken
	taken
	notTaken
)

// answer is what Mailgun answered.
type answer struct {
	status int
	kind   string
	body   []byte
	header [][2]string
}

// maxAnswer is how much of an answer is passed on: pages of events are the
// largest.
const maxAnswer = 8 << 20

// passedHeaders are those of answers that callers may use.
func passedHeaders() []string {
	return []string{"Retry-After", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"}
}

func newTransport() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t = t.Clone()
	t.TLSHandshakeTimeout, t.MaxIdleConnsPerHost = 10*time.Second, 8
	return t
}

func (n *answer) write(r *platform.Reply) {
	r.Status = n.status
	r.Set("Content-Type", n.kind)
	for _, h := range n.header {
		r.Set(h[0], h[1])
	}
	r.Body = append(r.Body[:0], n.body...)
}

// post hands a form to Mailgun. Without an answer, got is nil.
func (a *adapter) post(c *platform.Call, name string, f *form) (got *answer, _ fate) {
	ctx, cancel := context.WithTimeout(context.Background(), a.timeout)
	defer cancel()
	var w written
	ctx = httptrace.WithClientTrace(ctx, w.trace())
	defer f.close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+"/v3/"+a.domain+"/"+name, f.reader())
	if err != nil {
		return nil, notTaken
	}
	// The transport may begin anew on another connection when nothing was written
	// to the first; it does no more than that with a POST.
	req.ContentLength, req.GetBody = f.size, func() (io.ReadCloser, error) { return f.reader(), nil }
	req.Header.Set("Content-Type", f.contentType())
	res, err := a.round(c, req)
	if err != nil {
		return nil, w.fate()
	}
	defer res.Body.Close()
	if got, err = read(res); err != nil {
		got = &answer{status: res.StatusCode}
	}
	return got.judge(err)
}

// judge says what an answer means for the message. A gateway that got none from
// the server behind it can't know more than we do.
func (n *answer) judge(cut error) (*answer, fate) {
	switch {
	case n.status/100 == 2:
		if cut != nil {
			n.body = nil
		}
		return n, taken
	case n.status == http.StatusBadGateway || n.status == http.StatusGatewayTimeout:
		return nil, unknown
	case n.status < 400 || cut != nil: // a redirect is not followed
		return nil, notTaken
	}
	return n, notTaken
}

// written follows how much of a request got out.
type written struct{ connected, whole, broken atomic.Bool }

func (w *written) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			w.broken.Store(false)
			w.connected.Store(true)
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			w.whole.Store(i.Err == nil)
			w.broken.Store(i.Err != nil)
		},
	}
}

// fate is that of a message without an answer: a form that did not get out whole
// can't have been taken.
func (w *written) fate() fate {
	if !w.connected.Load() || w.broken.Load() && !w.whole.Load() {
		return notTaken
	}
	return unknown
}

// round makes a request with the credentials that Mailgun is to see. Of the
// caller's headers nothing else gets through but the sub-account, and that only
// beside the caller's own credentials.
func (a *adapter) round(c *platform.Call, req *http.Request) (*http.Response, error) {
	req.Header.Set("User-Agent", "winnow")
	req.Header.Set("Accept", "application/json")
	if a.apiKey != "" {
		req.SetBasicAuth("api", a.apiKey)
		return a.opts.Transport.RoundTrip(req)
	}
	for _, name := range []string{"Authorization", "X-Mailgun-On-Behalf-Of"} {
		if v := c.Get(name); v != "" {
			req.Header.Set(name, v)
		}
	}
	return a.opts.Transport.RoundTrip(req)
}

func read(res *http.Response) (*answer, error) {
	n := &answer{status: res.StatusCode, kind: res.Header.Get("Content-Type")}
	for _, name := range passedHeaders() {
		if v := res.Header.Get(name); v != "" {
			n.header = append(n.header, [2]string{name, v})
		}
	}
	var err error
	n.body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err == nil && len(n.body) > maxAnswer {
		err = io.ErrShortBuffer
	}
	return n, err
}

// mayPass reports whether a call is one of those that Ghost makes besides messages.
func (a *adapter) mayPass(c *platform.Call, name string) error {
	what, _, _ := strings.Cut(name, "/")
	methods := map[string][]string{
		"events": {"GET"}, "bounces": {"GET", "DELETE"}, "complaints": {"GET", "DELETE"}, "unsubscribes": {"GET", "DELETE"},
	}[what]
	switch {
	case methods == nil:
		return errPlace
	case !slices.Contains(methods, c.Method), strings.ToUpper(c.Method) == "DELETE" && !strings.Contains(name, "/"): // the whole list
		return platform.ErrMethod
	}
	return nil
}

// pass passes a call through.
func (a *adapter) pass(c *platform.Call, name string, r *platform.Reply) {
	ctx, cancel := context.WithTimeout(context.Background(), a.timeout)
	defer cancel()
	address := a.base + "/v3/" + a.domain + "/" + name
	if c.Query != "" {
		address += "?" + c.Query
	}
	req, err := http.NewRequestWithContext(ctx, c.Method, address, nil)
	if err != nil {
		say(r, 400, "the address can't be passed on")
		return
	}
	res, err := a.round(c, req)
	if err != nil {
		say(r, 503, "Mailgun can't be reached")
		return
	}
	defer res.Body.Close()
	got, err := read(res)
	if err != nil || got.status/100 == 3 {
		say(r, 502, "Mailgun's answer can't be passed on")
		return
	}
	got.write(r)
}
