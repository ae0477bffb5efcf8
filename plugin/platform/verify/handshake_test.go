package verify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

func TestHandshake(t *testing.T) {
	t.Parallel()
	const origin = "eventemitter.example.com"
	only := v.Handshake{Origins: []string{"other.example", "EventEmitter.example.com"}, Rate: 100}
	anybody := v.Handshake{Origins: []string{"*"}}
	for _, c := range []struct {
		name   string
		h      v.Handshake
		method string
		header v.Header
		origin string
		rate   string
		want   error
	}{
		{"agreed", only, "OPTIONS", v.Header{{"webhook-request-origin", origin}}, origin, "100", nil},
		{"less than the limit", only, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", "20"}}, origin, "20", nil},
		{"more than the limit", only, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", "120"}}, origin, "100", nil},
		{"no limit", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", "120"}}, origin, "*", nil},
		{"callback is not called", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Callback", "http://169.254.0.1/"}}, origin, "*", nil},
		{"nobody", v.Handshake{}, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}}, "", "", v.Mismatch},
		{"somebody else", only, "OPTIONS", v.Header{{"WebHook-Request-Origin", "evil.example"}}, "", "", v.Mismatch},
		{"not asked", only, "OPTIONS", nil, "", "", v.Missing},
		{"asked otherwise", only, "POST", v.Header{{"WebHook-Request-Origin", origin}}, "", "", v.Malformed},
		{"twice", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"webhook-request-origin", "x"}}, "", "", v.Malformed},
		{"header in a name", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", "a\r\nSet-Cookie: b"}}, "", "", v.Malformed},
		{"long", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", strings.Repeat("a", 254)}}, "", "", v.Malformed},
		{"rate zero", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", "0"}}, "", "", v.Malformed},
		{"rate signed", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", "+5"}}, "", "", v.Malformed},
		{"rate empty", anybody, "OPTIONS", v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", ""}}, "", "", v.Missing},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g, err := c.h.Answer(v.Request{Method: c.method, Header: c.header, Received: now})
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
				require.Zero(t, g)
				return
			}
			require.NoError(t, err)
			require.Equal(t, v.Header{{"Allow", "POST"}, {"WebHook-Allowed-Origin", c.origin}, {"WebHook-Allowed-Rate", c.rate}}, g.Header())
		})
	}
}
