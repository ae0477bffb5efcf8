package capture_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/capture"
)

// FuzzParse: what is parsed and written down again is parsed alike.
func FuzzParse(f *testing.F) {
	f.Add("# note\nPOST /v1/in/a?b=c HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\nbody")
	f.Add("GET https://h.example/a HTTP/1.1\n\n")
	f.Add("POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n2\r\nab\r\n0\r\n\r\n")
	f.Fuzz(func(t *testing.T, in string) {
		r, err := capture.Parse([]byte(in))
		if err != nil {
			return
		}
		again, err := capture.Parse(capture.Format(&r.Call, "h"))
		require.NoError(t, err)
		require.Equal(t, r.Method, again.Method)
		require.Equal(t, string(r.Body), string(again.Body))
	})
}
