package receiver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/receiver"
)

// asks is the status of a request that has this Host and, unless it is "", Origin.
func (x *site) asks(method, path, host, origin string) int {
	x.t.Helper()
	req, err := http.NewRequest(method, x.url+path, strings.NewReader(polish))
	require.NoError(x.t, err)
	req.Host = host
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	res, err := x.client.Do(req)
	require.NoError(x.t, err)
	require.NoError(x.t, res.Body.Close())
	return res.StatusCode
}

// Without keys it is enough to be on this machine, which a page of another site is
// that somebody here looks at: its browser sends whatever it likes, and when the
// page's own name leads here, reads the answer.
func TestPagesOfOtherSitesAreRefused(t *testing.T) {
	x := start(t, setup{options: receiver.Options{Hosts: []string{"winnow.shop.example"}}})
	for _, host := range []string{
		"127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "localhost", "LOCALHOST:1", "localhost.", "winnow.localhost", "winnow:80",
		"host.docker.internal:8080", "winnow.shop.example", "Winnow.Shop.Example:443", "192.0.2.7",
	} {
		require.Equal(t, 200, x.asks("POST", "/v1/decide", host, ""), host)
		require.Equal(t, 200, x.asks("POST", "/v1/decide", host, "http://"+host), host)
	}
	for _, host := range []string{"evil.example", "evil.example:8080", "evil.example.", "127.0.0.1.evil.example", "localhost.evil.example", "shop.example"} {
		for method, path := range map[string]string{
			"POST": "/v1/decide", "GET": "/v1/contacts/c1/decisions", "DELETE": "/v1/contacts/c1",
		} {
			require.Equal(t, 403, x.asks(method, path, host, ""), "%s %s", host, path)
		}
		require.Equal(t, 403, x.asks("POST", "/v1/decide", "127.0.0.1", "https://"+host), host)
	}
	require.Equal(t, 403, x.asks("POST", "/v1/decide", "127.0.0.1", "null"))
	require.Equal(t, 403, x.asks("POST", "/v1/screen", "evil.example", ""))
	require.Equal(t, 403, x.asks("POST", "/v1/decide/batch", "evil.example", ""))
	require.Equal(t, 200, x.asks("GET", "/livez", "evil.example", ""))
	r := x.do("POST", "/v1/decide", polish, "Origin", "https://evil.example")
	require.Contains(t, r.problem(t).Detail, "--keys")
}

// Who shows a key or a secret is no page of another site, whatever the proxy in
// front makes of names.
func TestWithASecretAnyHostIsAnswered(t *testing.T) {
	keys, tokens := withKeys(t, map[string]string{"a": "decide"})
	x := withSource(t, keys)
	status, body, _ := x.call("POST", "/v1/decide", strings.NewReader(polish), "X-API-Key", tokens["a"], "Origin", "https://shop.example")
	require.Equal(t, 200, status, body)
	x = withSource(t, nil)
	require.Equal(t, 401, x.asks("POST", "/v1/in/shop", "winnow.shop.example", ""))
	status, body, _ = x.call("POST", "/v1/in/shop", strings.NewReader(polish), "X-Winnow-Key", "shop-secret-0001", "Origin", "https://shop.example")
	require.Equal(t, 200, status, body)
}
