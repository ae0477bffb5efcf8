package receiver_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What bodies of every kind of wrongness get. A body that is JSON and has a
// contact is decided on, whatever its values: values that can't be used are
// unknown, and the answer says so.
func TestBodies(t *testing.T) {
	x := start(t, setup{})
	const secret = "s3cret-value"
	for name, tc := range map[string]struct {
		body   string
		status int
		says   string // of the problem
	}{
		"empty":                    {"", 400, "the body is empty"},
		"blank":                    {" \n", 400, "the body is empty"},
		"an array":                 {`[{"contact":{}}]`, 400, "want a JSON object"},
		"a string":                 {`"` + secret + `"`, 400, "want a JSON object"},
		"a number":                 {`7`, 400, "want a JSON object"},
		"null":                     {`null`, 400, "want a JSON object"},
		"no contact":               {`{"message":{"class":"marketing"}}`, 400, "the contact is missing"},
		"contact null":             {`{"contact":null}`, 400, "must be an object"},
		"contact a list":           {`{"contact":["` + secret + `"]}`, 400, "must be an object"},
		"contact a string":         {`{"contact":"` + secret + `"}`, 400, "must be an object"},
		"cut short":                {`{"contact":{"id":"` + secret, 400, ""},
		"two objects":              {`{"contact":{"id":"a"}}{}`, 400, "nothing after"},
		"not JSON":                 {`contact=` + secret, 400, "want a JSON object"},
		"a trailing comma":         {`{"contact":{"id":"` + secret + `",}}`, 400, ""},
		"a doubled key":            {`{"contact":{"id":"a","id":"` + secret + `"}}`, 400, ""},
		"a doubled group":          {`{"contact":{"id":"a"},"contact":{"id":"b"}}`, 400, ""},
		"invalid UTF-8":            {"{\"contact\":{\"id\":\"\xff" + secret + "\"}}", 400, "UTF-8"},
		"a raw NUL":                {"{\"contact\":{\"id\":\"\x00\"}}", 400, ""},
		"100,000 deep":             {strings.Repeat(`{"contact":`, 20_000), 400, "nested too deep"},
		"100,000 deep, unread":     {`{"contact":{"id":"a"},"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, 400, "nested too deep"},
		"an escaped NUL":           {`{"contact":{"id":"a\u0000b"}}`, 200, ""},
		"a number beyond 2^53":     {`{"contact":{"id":9007199254740993},"orders":{"count":9007199254740993}}`, 200, ""},
		"a number beyond 2^64":     {`{"contact":{"id":"a"},"orders":{"count":1e400}}`, 200, ""},
		"unknown fields":           {`{"contact":{"id":"a","shoe_size":43},"weather":{"is":["fine"]}}`, 200, ""},
		"a doubled key, unread":    {`{"contact":{"id":"a"},"x":{"y":1,"y":2}}`, 200, ""},
		"wrong types":              {`{"contact":{"id":["` + secret + `"],"country":7},"consent":"yes"}`, 200, ""},
		"half of a surrogate pair": {`{"contact":{"id":"\ud800"}}`, 200, ""},
		"no id":                    {`{"contact":{}}`, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := x.do("POST", "/v1/decide", tc.body)
			require.Equal(t, tc.status, r.status, string(r.body))
			require.NotContains(t, string(r.body), secret, "no values in errors")
			if tc.status != 200 {
				p := r.problem(t)
				require.Contains(t, p.Detail, tc.says)
				require.Contains(t, p.Detail, "{", "it shows what to send")
			}
		})
	}
}

func TestABigWholeNumberIsKeptToTheDigit(t *testing.T) {
	x := start(t, setup{})
	a := x.do("POST", "/v1/decide", `{"contact":{"id":9007199254740993}}`).answer(t)
	require.Contains(t, string(x.do("GET", "/v1/decisions/"+a.ID, "").body), `"id":"9007199254740993"`)
}

func TestHugeBodies(t *testing.T) {
	x := start(t, setup{})
	padded := func(n int) string { return `{"contact":{"id":"a"},"x":"` + strings.Repeat("x", n) + `"}` }
	require.Equal(t, 200, x.do("POST", "/v1/decide", padded(255<<10)).status)
	for _, n := range []int{257 << 10, 10 << 20} {
		r := x.do("POST", "/v1/decide", padded(n))
		require.Equal(t, 413, r.status, n)
		require.Contains(t, r.problem(t).Detail, "262144")
	}
	require.Equal(t, 200, x.do("POST", "/v1/decide/batch", "["+padded(7<<20)+"]").status)
	r := x.do("POST", "/v1/decide/batch", "["+padded(10<<20)+"]")
	require.Equal(t, 413, r.status)
	require.Contains(t, r.problem(t).Detail, "8388608")
}

func TestChunkedBodies(t *testing.T) {
	x := start(t, setup{})
	stream := func(body string) io.Reader { return io.MultiReader(strings.NewReader(body)) } // of unknown length
	r, err := x.try("POST", "/v1/decide", stream(polish))
	require.NoError(t, err)
	require.Equal(t, 200, r.status)
	r, err = x.try("POST", "/v1/decide", stream(polish+strings.Repeat(" ", 1<<20)))
	require.NoError(t, err)
	require.Equal(t, 413, r.status)
}

func zipped(t testing.TB, body string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := io.WriteString(z, body)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.String()
}

func TestContentEncodings(t *testing.T) {
	x := start(t, setup{})
	post := func(body, encoding string) *reply {
		return x.do("POST", "/v1/decide", body, "Content-Encoding", encoding)
	}
	require.Equal(t, 200, post(zipped(t, polish), "gzip").status)
	require.Equal(t, 200, post(polish, "identity").status)
	require.Equal(t, 400, post(polish, "gzip").status)
	require.Equal(t, 400, post(zipped(t, polish)[:40], "gzip").status, "cut short")
	require.Equal(t, 413, post(zipped(t, polish+strings.Repeat(" ", 50<<20)), "gzip").status, "a bomb")
	for _, encoding := range []string{"br", "deflate", "gzip, gzip"} {
		r := post(polish, encoding)
		require.Equal(t, 415, r.status, encoding)
		require.Equal(t, "gzip", r.header.Get("Accept-Encoding"))
	}
}

func TestContentTypes(t *testing.T) {
	x := start(t, setup{})
	for media, status := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "APPLICATION/JSON": 200, "application/vnd.shop+json": 200, "": 200,
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "application/jsonp": 415, "text/json": 415,
	} {
		require.Equal(t, status, x.do("POST", "/v1/decide", polish, "Content-Type", media).status, media)
	}
}

func TestMethods(t *testing.T) {
	x := start(t, setup{})
	for path, allow := range map[string]string{
		"/v1/decide": "POST, OPTIONS", "/readyz": "GET, HEAD, OPTIONS", "/v1/contacts/c1": "DELETE, OPTIONS", "/v1/contacts/c1/decisions": "GET, HEAD, OPTIONS",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"} {
			r := x.do(method, path, "")
			if strings.Contains(allow, method) {
				require.NotEqual(t, 405, r.status, "%s %s", method, path)
				continue
			}
			require.Equal(t, 405, r.status, "%s %s", method, path)
			require.Equal(t, allow, r.header.Get("Allow"))
		}
		r := x.do("OPTIONS", path, "")
		require.Equal(t, 204, r.status)
		require.Equal(t, allow, r.header.Get("Allow"))
		require.Empty(t, r.header.Get("Access-Control-Allow-Origin"), "browsers of other sites are not meant to ask")
	}
	for _, path := range []string{"/", "/v1", "/v2/decide", "/v1/decide/more", "/v1/decisions/"} {
		require.Equal(t, 404, x.do("GET", path, "").status, path)
	}
	require.Contains(t, x.raw("BREW /v1/decide HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), " 405 ")
}

func TestWhatIsNoHTTP(t *testing.T) {
	x := start(t, setup{})
	for name, request := range map[string]string{
		"no request":     "nonsense\r\n\r\n",
		"a huge header":  "GET /livez HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("x", 20<<10) + "\r\n\r\n",
		"no host":        "GET /livez HTTP/1.1\r\nX-Host: x\r\n\r\n",
		"no host at all": "GET http://x/livez HTTP/1.1\r\n\r\n",
		"two hosts":      "GET /livez HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n",
		"a false length": "POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
	} {
		got := x.raw(request)
		require.Regexp(t, `^HTTP/1.1 4\d\d `, got, name)
		require.Contains(t, got, "application/problem+json", name)
	}
	require.Contains(t, x.raw("GET /livez HTTP/1.0\r\n\r\n"), " 200 ", "a host is asked for since HTTP/1.1")
	require.Equal(t, 200, x.do("GET", "/livez", "").status)
}

// A client that asks first is told before it sends.
func TestExpectContinue(t *testing.T) {
	x := start(t, setup{})
	req := fmt.Sprintf("POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(polish), polish)
	require.Contains(t, x.raw(req), "HTTP/1.1 200 OK")
	req = "POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n"
	require.Contains(t, x.raw(req), " 413 ")
}

// FuzzDecideBody posts any bytes: never a 5xx, always JSON, always a status that
// is documented (which do checks).
func FuzzDecideBody(f *testing.F) {
	x := start(f, setup{})
	f.Add([]byte(polish), "application/json", "")
	f.Add([]byte(zipped(f, polish)), "application/json", "gzip")
	f.Add([]byte(`{"contact":{"id":1e999}}`), "", "")
	f.Add([]byte(`{"contact":{"id":"a","id":"b"}}`), "application/json", "identity")
	f.Add([]byte(strings.Repeat(`[`, 1000)), "text/plain", "br")
	f.Fuzz(func(t *testing.T, body []byte, media, encoding string) {
		if !plain(media) || !plain(encoding) {
			t.Skip("not a header")
		}
		path := []string{"/v1/decide", "/v1/decide/batch", "/v1/explain"}[rand.N(3)]
		y := *x
		y.t = t
		r, err := y.try(http.MethodPost, path, bytes.NewReader(body), "Content-Type", media, "Content-Encoding", encoding)
		require.NoError(t, err)
		require.Less(t, r.status, 500, string(r.body))
	})
}

func plain(header string) bool {
	for _, c := range []byte(header) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
