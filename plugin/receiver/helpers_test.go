package receiver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/store"
)

const shop = `winnow: 1
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
slots:
  hero:
    default: generic
    variants: {vip: {headline: "For you"}, generic: {}}
    rules:
      - {when: contact.country == "PL", use: vip}
`

const polish = `{"contact":{"id":"c1","email":"Anna@shop.example","country":"PL"},"consent":{"marketing":true},"message":{"class":"marketing"}}`

func files(rules string) fstest.MapFS {
	return fstest.MapFS{"rules.yaml": {Data: []byte(rules)}}
}

// site is a receiver at work, on a loopback port that the kernel chose.
type site struct {
	t      testing.TB
	gate   *gate.Gate
	hook   *receiver.Receiver
	log    *store.SQLite
	url    string
	client *http.Client
	doc    *schemas
	stop   func() error // ends serving and says how it went
}

type setup struct {
	rules   string // shop when empty; "-" for none
	gate    gate.Options
	options receiver.Options
}

func start(t testing.TB, s setup) *site {
	t.Helper()
	log, err := store.Open(filepath.Join(t.TempDir(), "winnow.db"), store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close(context.Background())) })
	if s.gate.Store == nil {
		s.gate.Store = gate.SQLite(log)
	}
	if s.gate.Deadline == 0 {
		s.gate.Deadline = time.Minute // which no slow machine misses
	}
	s.gate.Keys = []gate.HashKey{{Version: 1, Secret: []byte("0123456789abcdef0123456789abcdef")}}
	g, err := gate.New(s.gate)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	if s.rules == "" {
		s.rules = shop
	}
	if s.rules != "-" {
		require.NoError(t, g.Reload(context.Background(), files(s.rules)))
	}
	hook, err := receiver.New(g, patient(s.options))
	require.NoError(t, err)
	x := &site{t: t, gate: g, hook: hook, log: log, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}, doc: openDocument(t)}
	x.listen()
	return x
}

// listen serves until the test ends, or stop is called.
func (x *site) listen() {
	x.t.Helper()
	ln, err := receiver.Listen("127.0.0.1:0", nil)
	require.NoError(x.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	hook := x.hook
	go func() { ended <- hook.Serve(ctx, ln) }()
	x.url = "http://" + ln.Addr().String()
	stop := sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	x.stop = stop
	x.t.Cleanup(func() {
		x.client.CloseIdleConnections()
		require.NoError(x.t, stop())
	})
}

// reply is a response, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request and checks the response against the OpenAPI document.
func (x *site) do(method, path, body string, header ...string) *reply {
	x.t.Helper()
	r, err := x.try(method, path, strings.NewReader(body), header...)
	require.NoError(x.t, err)
	return r
}

// try is do for requests that may fail on the way.
func (x *site) try(method, path string, body io.Reader, header ...string) (*reply, error) {
	x.t.Helper()
	req, err := http.NewRequest(method, x.url+path, body)
	require.NoError(x.t, err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if req.Header.Set(header[i], header[i+1]); header[i+1] == "" {
			delete(req.Header, http.CanonicalHeaderKey(header[i]))
		}
	}
	res, err := x.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	r := &reply{status: res.StatusCode, header: res.Header}
	if r.body, err = io.ReadAll(res.Body); err != nil {
		return nil, err
	}
	x.doc.check(x.t, method, path, r)
	return r, nil
}

// problem is an error as clients read it.
type problem struct {
	Type, Title, Detail, Instance, Field string
	Status                               int
	Offset, Index                        *int
}

func (r *reply) problem(t testing.TB) (p problem) {
	t.Helper()
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"), string(r.body))
	require.NoError(t, json.Unmarshal(r.body, &p))
	require.Equal(t, r.status, p.Status)
	return p
}

// answer is a decision as clients read it.
type answer struct {
	ID       string            `json:"decision_id"`
	Send     bool              `json:"send"`
	Variants map[string]string `json:"variants"`
	Content  map[string]struct{ N int }
	Degraded bool   `json:"degraded"`
	Bundle   string `json:"bundle"`
}

func (r *reply) answer(t testing.TB) (a answer) {
	t.Helper()
	require.Equal(t, http.StatusOK, r.status, string(r.body))
	require.NoError(t, json.Unmarshal(r.body, &a))
	return a
}

// schemas are those of the OpenAPI document, ready to check responses.
type schemas struct {
	paths    map[string]map[string]any // path → method → operation
	compiler *jsonschema.Compiler
	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema
}

// openDocument reads the document from a receiver that has no bundle.
func openDocument(t testing.TB) *schemas {
	t.Helper()
	raw := documentOf(t)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("mem:openapi", value))
	s := &schemas{paths: map[string]map[string]any{}, compiler: c, compiled: map[string]*jsonschema.Schema{}}
	for path, methods := range value.(map[string]any)["paths"].(map[string]any) {
		s.paths[path] = methods.(map[string]any)
	}
	return s
}

// template is the path of the document that an address belongs to, "" for none.
func (s *schemas) template(address string) string {
	address, _, _ = strings.Cut(address, "?")
	parts := strings.Split(address, "/")
	for path := range s.paths {
		want := strings.Split(path, "/")
		same := len(want) == len(parts)
		for i := 0; same && i < len(want); i++ {
			same = want[i] == parts[i] || strings.HasPrefix(want[i], "{") && parts[i] != ""
		}
		if same {
			return path
		}
	}
	return ""
}

// check fails when the document does not foresee a response.
func (s *schemas) check(t testing.TB, method, address string, r *reply) {
	t.Helper()
	media, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	pointer := "#/components/schemas/Problem"
	path := s.template(address)
	op, documented := s.paths[path][strings.ToLower(method)].(map[string]any)
	switch {
	case method == http.MethodHead || method == http.MethodOptions:
		require.Empty(t, r.body)
		return
	case documented:
		responses := op["responses"].(map[string]any)
		response, ok := responses[fmt.Sprint(r.status)].(map[string]any)
		require.True(t, ok, "%s %s answers %d, which is not in the document", method, path, r.status)
		headers, _ := response["headers"].(map[string]any)
		for _, name := range []string{"Allow", "Retry-After", "WWW-Authenticate", "X-Winnow-Bundle"} {
			_, named := headers[name]
			require.Equal(t, r.header.Get(name) != "", named, "%s %s, %d: the header %s", method, path, r.status, name)
		}
		content, _ := response["content"].(map[string]any)
		if len(content) == 0 {
			require.Empty(t, r.body)
			return
		}
		require.Contains(t, content, media, "%s %s, %d", method, path, r.status)
		if media == "text/plain" {
			return
		}
		escape := strings.NewReplacer("~", "~0", "/", "~1")
		pointer = fmt.Sprintf("#/paths/%s/%s/responses/%d/content/%s/schema", escape.Replace(path), strings.ToLower(method), r.status, escape.Replace(media))
	default:
		require.Contains(t, []int{404, 405}, r.status, "%s %s", method, address)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	require.NoError(t, err, "%s %s: %s", method, address, r.body)
	require.NoError(t, s.schema(t, pointer).Validate(v), "%s %s: %s", method, address, r.body)
}

func (s *schemas) schema(t testing.TB, pointer string) *jsonschema.Schema {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.compiled[pointer]; c != nil {
		return c
	}
	c, err := s.compiler.Compile("mem:openapi" + pointer)
	require.NoError(t, err)
	s.compiled[pointer] = c
	return c
}

// raw sends bytes as they are and returns all that comes back.
func (x *site) raw(request string) string {
	x.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(x.url, "http://"))
	require.NoError(x.t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, request)
	require.NoError(x.t, err)
	b, err := io.ReadAll(conn)
	require.NoError(x.t, err)
	return string(b)
}

// readAnswers reads a decision, or the decisions of a batch.
func readAnswers(body []byte) (list []answer, err error) {
	if body[0] == '[' {
		err = json.Unmarshal(body, &list)
		return list, err
	}
	list = make([]answer, 1)
	return list, json.Unmarshal(body, &list[0])
}

// notReady asks an app that shares the receiver, without a connection.
func notReady(t testing.TB, app *fiber.App) bool {
	t.Helper()
	res, err := app.Test(httptest.NewRequest(http.MethodGet, "/readyz", nil), -1)
	require.NoError(t, err)
	defer res.Body.Close()
	return res.StatusCode == http.StatusServiceUnavailable
}
