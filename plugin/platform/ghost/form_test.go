package ghost_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/ghost"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// keen reads a form as another program might, and keeps the recipients.
type keen struct{ got []string }

func (k *keen) RoundTrip(req *http.Request) (*http.Response, error) {
	_, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	for parts := multipart.NewReader(req.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(p)
		if err != nil {
			return nil, err
		}
		if name := strings.ToLower(p.FormName()); name == "to" || name == "cc" || name == "bcc" {
			for one := range strings.SplitSeq(string(body), ",") { // a sloppy reader, that knows no quotes
				if a, err := mail.ParseAddress(one); err == nil {
					one = a.Address
				}
				k.got = append(k.got, strings.ToLower(strings.TrimSpace(one)))
			}
		}
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"id":"<1>"}`))}, nil
}

// noting decides as rules does, and keeps whom it let through.
type noting struct {
	rules
	sent map[string]bool
}

func (n noting) Batch(q gate.Request, items [][]byte, yield func(int, []byte, error)) error {
	return n.rules.Batch(q, items, func(i int, answer []byte, err error) {
		if err == nil && bytes.Contains(answer, []byte(`"send":true`)) {
			n.sent[payload.Text(payload.Get(items[i], "contact", "email"))] = true
		}
		yield(i, answer, err)
	})
}

func (n noting) Decide(dst []byte, q gate.Request) ([]byte, error) {
	var out []byte
	err := n.Batch(q, [][]byte{q.Body}, func(_ int, answer []byte, _ error) { out = answer })
	return append(dst, out...), err
}

// Whatever form comes, Mailgun sees no recipient that was not decided on, and
// none who is held back.
func FuzzForm(f *testing.F) {
	const kind = "multipart/form-data; boundary=" + boundary
	f.Add(kind, three())
	f.Add(kind, bytes.ReplaceAll(three(), []byte("\r\n"), []byte("\n")))
	f.Add(kind, append(three(), posted("{}", "eve@example.test")...))
	f.Add(kind, bytes.Replace(three(), []byte(`name="subject"`), []byte(`name="subject"; name*=utf-8''bcc`), 1))
	f.Add(kind, bytes.Replace(three(), []byte(`name="subject"`), []byte(`name="subject"; filename="`+"\r\n"+`x"`), 1))
	f.Add(kind, bytes.Replace(three(), []byte(`name="subject"`), []byte(`name="BCC"`), 1))
	f.Add(kind, bytes.Replace(three(), []byte("October"), []byte("\r\n--"+boundary+" \t\r\nContent-Disposition: form-data; name=cc\r\n\r\neve@example.test"), 1))
	f.Add(kind, bytes.Replace(three(), []byte("Ada L <ada@example.test>"), []byte(`"eve@example.test, x" (zoe@example.test) <ada@example.test>`), 1))
	f.Add(`multipart/form-data; boundary="a\"b"`, []byte("--a\"b\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nada@example.test\r\n--a\"b--"))
	f.Add("application/x-www-form-urlencoded", []byte("to=ada%40example.test&to%0d%0a=x&bcc=eve%40example.test%0d%0a&from=a"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		k, n := &keen{}, noting{sent: map[string]bool{}}
		s, err := platform.NewSource(ghost.Platform(ghost.Options{Book: handed.Nothing{}, Transport: k}), platform.Options{Name: "g", Settings: platform.Settings{"domain": domain}}, n)
		require.NoError(t, err)
		var r platform.Reply
		s.Serve(&platform.Call{Method: "POST", Below: messages, Header: verify.Header{{Name: "Content-Type", Value: kind}}, Body: body}, &r)
		for _, who := range k.got {
			require.True(t, n.sent[who], "%q got it and was not decided on", who)
		}
	})
}

// late answers before it has read the body, and reads on afterwards.
type late struct {
	body chan io.Reader
	seen http.Header
}

func (l *late) RoundTrip(req *http.Request) (*http.Response, error) {
	l.seen = req.Header
	l.body <- req.Body
	return &http.Response{StatusCode: 413, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
}

// The memory of a call is used again by others: nothing may read it afterwards.
func TestNothingReadsAFormAfterItsCall(t *testing.T) {
	l := &late{body: make(chan io.Reader, 1)}
	for key, want := range map[string]string{"": "sub", "key-1": ""} {
		s, err := platform.NewSource(ghost.Platform(ghost.Options{Book: handed.Nothing{}, Transport: l}), platform.Options{Name: "g", Settings: platform.Settings{"domain": domain, "api_key": key}}, rules{})
		require.NoError(t, err)
		var r platform.Reply
		s.Serve(&platform.Call{
			Method: "POST", Below: messages, Body: three(),
			Header: verify.Header{{Name: "Content-Type", Value: "multipart/form-data; boundary=" + boundary}, {Name: "X-Mailgun-On-Behalf-Of", Value: "sub"}},
		}, &r)
		require.Equal(t, 413, r.Status)
		_, err = (<-l.body).Read(make([]byte, 8))
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.Equal(t, want, l.seen.Get("X-Mailgun-On-Behalf-Of"), "another account only with the caller's own key")
	}
}
