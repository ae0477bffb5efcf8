package receiver_test

import (
	"bytes"
	"crypto/rand"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/receiver"
)

func TestKeyFiles(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	keys, err := receiver.ParseKeys(strings.NewReader("# keys\n\n a " + sum + " decide read\nb " + strings.ToUpper(sum) + "\terase\r\n"))
	require.NoError(t, err)
	require.Equal(t, 2, keys.Len())
	for text, says := range map[string]string{
		"a " + sum:                                       "line 1: want an id",
		"\na " + sum[1:] + " read":                       "line 2: the sum of a is not 64",
		"a " + sum + "00 read":                           "not 64",
		"a " + sum + " write":                            "unknown scope",
		"a " + sum + " read\na " + sum + " read":         "line 2: the id a is there twice",
		strings.Repeat("x", 1<<17) + " " + sum + " read": "can't be read",
	} {
		_, err := receiver.ParseKeys(strings.NewReader(text))
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), sum[1:])
	}
	_, _, err = receiver.NewKey(rand.Reader, "two words", receiver.Read)
	require.Error(t, err)
	_, _, err = receiver.NewKey(rand.Reader, "a", 0)
	require.Error(t, err)
	_, _, err = receiver.NewKey(bytes.NewReader(nil), "a", receiver.Read)
	require.Error(t, err)
	_, err = receiver.ParseScopes("read,write")
	require.ErrorContains(t, err, "write")
}

// withKeys makes a key file with a key of each name's scopes.
func withKeys(t *testing.T, scopes map[string]string) (keys *receiver.Keys, tokens map[string]string) {
	t.Helper()
	tokens = map[string]string{}
	var file strings.Builder
	for id, text := range scopes {
		set, err := receiver.ParseScopes(text)
		require.NoError(t, err)
		token, line, err := receiver.NewKey(rand.Reader, id, set)
		require.NoError(t, err)
		require.NotContains(t, line, token)
		tokens[id] = token
		file.WriteString(line + "\n")
	}
	keys, err := receiver.ParseKeys(strings.NewReader(file.String()))
	require.NoError(t, err)
	return keys, tokens
}

func TestKeysAndScopes(t *testing.T) {
	keys, tokens := withKeys(t, map[string]string{"decider": "decide", "reader": "read", "eraser": "erase", "all": "decide, read,erase"})
	x := start(t, setup{options: receiver.Options{Keys: keys}})
	needs := map[string]string{
		"POST /v1/decide": "decider", "POST /v1/decide/batch": "decider", "POST /v1/explain": "reader",
		"GET /v1/bundle": "reader", "GET /v1/contacts/c1/decisions": "reader", "GET /v1/decisions/0000000000001": "reader",
		"DELETE /v1/contacts/c1": "eraser",
	}
	for route, who := range needs {
		method, path, _ := strings.Cut(route, " ")
		for id, token := range tokens {
			r := x.do(method, path, "[]", "Authorization", "Bearer "+token)
			if id == who || id == "all" {
				require.NotContains(t, []int{401, 403}, r.status, "%s by %s", route, id)
				continue
			}
			require.Equal(t, 403, r.status, "%s by %s", route, id)
			require.NotContains(t, string(r.body), token)
		}
		for _, header := range []string{"", "Bearer ", "Bearer wnw_nonsense", "Basic " + tokens["all"], tokens["all"]} {
			r := x.do(method, path, "[]", "Authorization", header)
			require.Equal(t, 401, r.status, "%s with %q", route, header)
			require.Equal(t, "Bearer", r.header.Get("WWW-Authenticate"))
		}
		require.NotEqual(t, 401, x.do(method, path, "[]", "X-API-Key", tokens["all"]).status)
		require.NotEqual(t, 401, x.do(method, path, "[]", "Authorization", "bearer  "+tokens["all"]).status)
	}
	for _, path := range []string{"/livez", "/readyz", "/metrics", "/openapi.json", "/v1/reasons"} {
		require.Equal(t, 200, x.do("GET", path, "").status, path)
	}
}

func TestIdempotencyKeysBelongToTheAPIKey(t *testing.T) {
	keys, tokens := withKeys(t, map[string]string{"a": "decide", "b": "decide"})
	x := start(t, setup{options: receiver.Options{Keys: keys}})
	ask := func(id, body string) *reply {
		return x.do("POST", "/v1/decide", body, "X-API-Key", tokens[id], "Idempotency-Key", "k")
	}
	first := ask("a", polish)
	require.Equal(t, string(first.body), string(ask("a", polish).body))
	require.Equal(t, 200, ask("b", polish+" ").status)
	require.Equal(t, 409, ask("b", polish).status)
}

func TestRateLimits(t *testing.T) {
	keys, tokens := withKeys(t, map[string]string{"a": "decide", "b": "decide"})
	x := start(t, setup{options: receiver.Options{Keys: keys, Rate: 0.001, Burst: 1, MaxBatch: 5}})
	decide := func(id string) *reply { return x.do("POST", "/v1/decide", polish, "X-API-Key", tokens[id]) }
	require.Equal(t, 200, decide("a").status)
	batch := "[" + strings.Repeat(polish+",", 4) + polish + "]"
	require.Equal(t, 429, x.do("POST", "/v1/decide/batch", batch, "X-API-Key", tokens["a"]).status, "five more are one too many")
	for range 4 {
		require.Equal(t, 200, decide("a").status, "what was refused was not counted")
	}
	r := decide("a")
	require.Equal(t, 429, r.status)
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Positive(t, seconds)
	require.Equal(t, 200, decide("b").status, "each key has its own")
}

func TestWithoutKeysOnlyThisMachineIsServed(t *testing.T) {
	_, err := receiver.Listen("0.0.0.0:0", nil)
	require.ErrorIs(t, err, receiver.ErrOpen)
	_, err = receiver.Listen(":0", nil)
	require.ErrorIs(t, err, receiver.ErrOpen)
	keys, _ := withKeys(t, map[string]string{"a": "decide"})
	for _, tc := range []struct {
		addr string
		keys *receiver.Keys
	}{{"127.0.0.1:0", nil}, {"localhost:0", nil}, {"0.0.0.0:0", keys}} {
		ln, err := receiver.Listen(tc.addr, tc.keys)
		require.NoError(t, err)
		require.NoError(t, ln.Close())
	}
	_, err = receiver.Listen("nowhere.invalid:1", keys)
	require.Error(t, err)
}
