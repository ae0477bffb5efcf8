package relay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"
)

// HTTPOptions are those of an HTTP carrier. URL is needed.
type HTTPOptions struct {
	// URL is another messenger, which takes what listmonk posts.
	URL string
	// User and Password are sent as basic auth; no User, none.
	User, Password string
	// Timeout bounds one post; 0 means 30 s.
	Timeout time.Duration
	// Client sends; nil is one that follows no redirects.
	Client *http.Client
}

// HTTP passes letters on to another messenger: the platform's own message, with
// the chosen content filled in. Letters need their Origin for that.
type HTTP struct {
	opts   HTTPOptions
	client *http.Client
}

// NewHTTP makes a carrier. It fails when the options make no sense.
func NewHTTP(o HTTPOptions) (*HTTP, error) {
	if _, err := http.NewRequest(http.MethodPost, o.URL, nil); err != nil || o.URL == "" {
		return nil, fmt.Errorf("%q is no address of a messenger", o.URL)
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	c := o.Client
	if c == nil {
		c = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return &HTTP{opts: o, client: c}, nil
}

// Close implements Carrier.
func (h *HTTP) Close() error {
	h.client.CloseIdleConnections()
	return nil
}

// Carry implements Carrier. Once there is a connection the mail may have been
// taken, whatever comes of the answer; a status other than 2xx says that it was
// not. The header Idempotency-Key is the same for each try.
func (h *HTTP) Carry(ctx context.Context, m *Mail, commit func() error) Outcome {
	body, err := refilled(m)
	if err != nil {
		return Outcome{Verdict: Never, Why: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, h.opts.Timeout)
	defer cancel()
	var committed bool
	var failed error
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		if committed || failed != nil {
			return
		}
		if failed = commit(); failed != nil {
			cancel() // nothing has been written yet
			return
		}
		committed = true
	}}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost, h.opts.URL, bytes.NewReader(body))
	if err != nil {
		return Outcome{Verdict: Never, Why: err.Error()}
	}
	req.GetBody = nil // so that net/http does not post again by itself when a connection breaks
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "winnow")
	req.Header.Set("Idempotency-Key", m.Name)
	if h.opts.User != "" {
		req.SetBasicAuth(h.opts.User, h.opts.Password)
	}
	res, err := h.client.Do(req)
	switch {
	case failed != nil:
		if res != nil {
			_ = res.Body.Close()
		}
		return Outcome{Verdict: Later, Err: failed}
	case err != nil && committed:
		return Outcome{Verdict: Doubt, Why: "the connection failed before the messenger said whether it has the message"}
	case err != nil:
		return Outcome{Verdict: Down, Why: "no connection to the messenger"}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	_ = res.Body.Close()
	return verdictOfStatus(res.StatusCode)
}

// verdictOfStatus sorts an answer. A gateway that got none from the messenger
// behind it can't know more than we do.
func verdictOfStatus(status int) Outcome {
	why := "the messenger answered " + strconv.Itoa(status)
	switch {
	case status >= 200 && status < 300:
		return Outcome{Verdict: Done}
	case status == http.StatusGatewayTimeout || status == http.StatusBadGateway:
		return Outcome{Verdict: Doubt, Why: why}
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		return Outcome{Verdict: Later, Why: why}
	}
	return Outcome{Verdict: Never, Why: why}
}

// refilled is the platform's own message with subject and body replaced.
func refilled(m *Mail) ([]byte, error) {
	if len(m.Origin) == 0 {
		return nil, errors.New("the letter was kept without the platform's own message: the source's setting forward keeps it")
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(m.Origin, &doc); err != nil {
		return nil, errors.New("the platform's own message is no JSON object")
	}
	var err error
	for key, text := range map[string]string{"subject": m.Subject, "body": m.Body} {
		if doc[key], err = json.Marshal(text); err != nil {
			return nil, err
		}
	}
	return json.Marshal(doc)
}
