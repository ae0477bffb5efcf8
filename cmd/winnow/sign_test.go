package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// What curl would take for something else goes out as it stands.
func TestCurlLines(t *testing.T) {
	line, err := curl(&platform.Call{Method: "POST", Path: "/v1/in/shop", Query: "a[0]=1", Body: []byte("@/etc/passwd it's")}, "https://w.example")
	require.NoError(t, err)
	require.Equal(t, "curl -sS -i -g -X POST 'https://w.example/v1/in/shop?a[0]=1' \\\n  --data-raw '@/etc/passwd it'\\''s'", line)
	line, err = curl(&platform.Call{Method: "HEAD", Path: "/v1/in/shop"}, "https://w.example")
	require.NoError(t, err)
	require.Equal(t, "curl -sS -i -g --head 'https://w.example/v1/in/shop'", line)
	for _, body := range []string{"\x00", strings.Repeat("x", 128<<10)} {
		_, err = curl(&platform.Call{Method: "POST", Path: "/", Body: []byte(body)}, "https://w.example")
		require.ErrorContains(t, err, "command line")
	}
}
