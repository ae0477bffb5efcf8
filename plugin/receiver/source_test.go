package receiver_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/braze"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/sfmc"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// patient are options with limits that no slow machine misses.
func patient(o receiver.Options) receiver.Options {
	o.ReadTimeout, o.Grace = time.Minute, time.Minute
	return o
}

// withSource is a site with a source "shop" whose secret is "shop-secret-0001".
func withSource(t testing.TB, keys *receiver.Keys) *site {
	t.Helper()
	x := start(t, setup{})
	scheme, err := verify.New(verify.StaticHeader, []verify.Secret{"shop-secret-0001"}, verify.Options{})
	require.NoError(t, err)
	s, err := platform.NewSource(generic.Platform(), platform.Options{Name: "shop", Scheme: scheme, MaxBody: 300 << 10}, x.gate)
	require.NoError(t, err)
	x.hook, err = receiver.New(x.gate, patient(receiver.Options{Sources: []receiver.Source{s}, Keys: keys}))
	require.NoError(t, err)
	x.listen()
	return x
}

func (x *site) call(method, path string, body io.Reader, header ...string) (int, string, http.Header) {
	x.t.Helper()
	req, err := http.NewRequest(method, x.url+path, body)
	require.NoError(x.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := x.client.Do(req)
	require.NoError(x.t, err)
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	require.NoError(x.t, err)
	if strings.HasPrefix(path, "/v1/in/shop") && x.doc.template(path) != "" { // other platforms speak their own languages
		x.doc.check(x.t, method, path, &reply{res.StatusCode, res.Header, out})
	}
	return res.StatusCode, string(out), res.Header
}

// unsized hides a body's length, so that it goes out in chunks.
type unsized struct{ io.Reader }

func TestASource(t *testing.T) {
	x := withSource(t, nil)
	const key, secret, kind, jsonKind = "X-Winnow-Key", "shop-secret-0001", "Content-Type", "application/json"
	status, body, header := x.call("POST", "/v1/in/shop", strings.NewReader(polish), key, secret, kind, jsonKind)
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"hero":"vip"`)
	require.Contains(t, header.Get("Content-Type"), "application/json")

	status, body, _ = x.call("POST", "/v1/in/shop", unsized{strings.NewReader(polish)}, key, secret, kind, jsonKind)
	require.Equal(t, 200, status, body)

	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(polish))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	status, body, _ = x.call("POST", "/v1/in/shop", &packed, key, secret, "Content-Encoding", "gzip")
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"hero":"vip"`)

	status, body, _ = x.call("GET", "/v1/in/shop?contact.id=c%201&consent.marketing=false&mode=204", nil, key, secret)
	require.Equal(t, 204, status, body)
	require.Empty(t, body)

	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(polish), key, "wrong-secret-0001", kind, jsonKind)
	require.Equal(t, 401, status, body)
	require.NotContains(t, body, "wrong-secret")
	status, _, _ = x.call("HEAD", "/v1/in/shop", nil)
	require.Equal(t, 200, status)
	status, _, header = x.call("OPTIONS", "/v1/in/shop", nil)
	require.Equal(t, 204, status)
	require.NotEmpty(t, header.Get("Allow"))
	status, body, _ = x.call("POST", "/v1/in/shopping", strings.NewReader(polish), key, secret)
	require.Equal(t, 404, status, body)
	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(strings.Repeat(" ", 301<<10)), key, secret)
	require.Equal(t, 413, status, body)
	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(strings.Repeat(" ", 290<<10)+polish), key, secret, kind, jsonKind)
	require.Equal(t, 200, status, "a source's own limit does not hold: "+body)

	_, metrics, _ := x.call("GET", "/metrics", nil)
	require.Contains(t, metrics, `winnow_source_calls_total{result="answered",source="shop"} 5`)
	require.Contains(t, metrics, `winnow_source_calls_total{result="forged",source="shop"} 1`)
	require.Contains(t, metrics, `winnow_source_calls_total{result="greeted",source="shop"} 2`)
}

// holding is a site with a source "shop" that holds marketing back in trouble.
func holding(t *testing.T, p platform.Platform, id verify.ID) *site {
	t.Helper()
	x := start(t, setup{})
	scheme, err := verify.New(id, []verify.Secret{"shop-secret-0001"}, verify.Options{})
	require.NoError(t, err)
	o := platform.Options{Name: "shop", PublicURL: "https://w.example", Scheme: scheme, Posture: platform.Posture{Marketing: platform.HoldBack}}
	s, err := platform.NewSource(p, o, x.gate)
	require.NoError(t, err)
	x.hook, err = receiver.New(x.gate, patient(receiver.Options{Sources: []receiver.Source{s}}))
	require.NoError(t, err)
	x.listen()
	return x
}

// A platform whose body is too large is answered as the owner chose: a 413 would
// have most of them send their default, or lose the contact. Whoever can't show the
// secret gets one.
func TestABodyTooLargeForASource(t *testing.T) {
	x := holding(t, braze.Platform(), verify.StaticHeader)
	large := strings.Repeat(" ", 1<<20) + polish
	status, body, _ := x.call("POST", "/v1/in/shop", strings.NewReader(large), "X-Winnow-Key", "shop-secret-0001")
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"send":false,"action":"hold"`)
	status, body, _ = x.call("POST", "/v1/in/shop", unsized{strings.NewReader(large)}, "X-Winnow-Key", "shop-secret-0001")
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"send":false,"action":"hold"`)
	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(large), "X-Winnow-Key", "wrong-secret-0001")
	require.Equal(t, 413, status, body)
	status, body, _ = x.call("POST", "/v1/in/shop", unsized{strings.NewReader(large)}, "X-Winnow-Key", "wrong-secret-0001")
	require.Equal(t, 401, status, body)
	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(polish), "X-Winnow-Key", "shop-secret-0001")
	require.Equal(t, 200, status, body)
	require.Contains(t, body, `"hero":"vip"`)
	_, metrics, _ := x.call("GET", "/metrics", nil)
	require.Contains(t, metrics, `winnow_source_calls_total{result="unreadable",source="shop"} 2`)
}

// A signature over a body that is too large can't be checked. Journey Builder throws
// a contact out of the journey for any status but 2xx, so it gets the owner's choice
// all the same; nothing is decided, and a small body needs its signature still.
func TestASignedBodyTooLargeForASource(t *testing.T) {
	x := holding(t, sfmc.Platform(), verify.SFMC)
	for _, large := range []io.Reader{
		strings.NewReader(strings.Repeat("e", 1<<20)),
		unsized{strings.NewReader(strings.Repeat("e", 1<<20))},
	} {
		status, body, _ := x.call("POST", "/v1/in/shop/execute", large, "Content-Type", "application/jwt")
		require.Equal(t, 200, status, body)
		require.Contains(t, body, `{"branchResult":"suppress"`)
	}
	status, body, _ := x.call("POST", "/v1/in/shop/execute", strings.NewReader("ee"), "Content-Type", "application/jwt")
	require.Equal(t, 401, status, body)
	_, metrics, _ := x.call("GET", "/metrics", nil)
	require.Contains(t, metrics, `winnow_source_calls_total{result="unreadable",source="shop"} 2`)
}

// A source's calls are verified in its own way, whatever the API keys.
func TestASourceNeedsNoAPIKey(t *testing.T) {
	_, line, err := receiver.NewKey(bytes.NewReader(make([]byte, 64)), "shop", receiver.Decide)
	require.NoError(t, err)
	keys, err := receiver.ParseKeys(strings.NewReader(line))
	require.NoError(t, err)
	x := withSource(t, keys)
	status, body, _ := x.call("POST", "/v1/in/shop", strings.NewReader(polish), "X-Winnow-Key", "shop-secret-0001")
	require.Equal(t, 200, status, body)
	status, _, _ = x.call("POST", "/v1/decide", strings.NewReader(polish))
	require.Equal(t, 401, status)
}

// Anybody can send forged calls, so one is no line in the log: it is counted.
func TestForgedCallsAreCountedAndNotLogged(t *testing.T) {
	var out logged
	x := start(t, setup{})
	var list []receiver.Source
	for name, id := range map[string]verify.ID{"shown": verify.StaticHeader, "signed": verify.Shopify} {
		scheme, err := verify.New(id, []verify.Secret{"shop-secret-0001"}, verify.Options{})
		require.NoError(t, err)
		s, err := platform.NewSource(generic.Platform(), platform.Options{Name: name, Scheme: scheme, Log: out.logger()}, x.gate)
		require.NoError(t, err)
		list = append(list, s)
	}
	var err error
	x.hook, err = receiver.New(x.gate, patient(receiver.Options{Sources: list, Log: out.logger()}))
	require.NoError(t, err)
	x.listen()
	for range 100 {
		for _, name := range []string{"shown", "signed"} {
			status, _, _ := x.call("POST", "/v1/in/"+name, strings.NewReader(polish), "X-Winnow-Key", "wrong-secret-0001", "X-Shopify-Hmac-Sha256", "d3Jvbmc=")
			require.Equal(t, 401, status)
		}
	}
	require.Empty(t, out.String())
	_, metrics, _ := x.call("GET", "/metrics", nil)
	for _, name := range []string{"shown", "signed"} {
		require.Contains(t, metrics, `winnow_source_calls_total{result="forged",source="`+name+`"} 100`)
	}
}

// A platform's repeat gets the recorded answer.
func TestASourcesRepeatGetsOneAnswer(t *testing.T) {
	x := withSource(t, nil)
	ask := func() string {
		_, body, _ := x.call("POST", "/v1/in/shop", strings.NewReader(polish), "X-Winnow-Key", "shop-secret-0001", "Idempotency-Key", "k1")
		return body
	}
	require.Equal(t, ask(), ask())
	require.EqualValues(t, 1, x.gate.Metrics().Replayed)
}

var _ platform.Decider = (*gate.Gate)(nil)
