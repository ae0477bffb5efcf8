package receiver_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// rooted is a source that answers at an address of its own, and says where it
// was called.
type rooted struct{ name string }

func (s rooted) Name() string              { return s.name }
func (s rooted) MaxBody() int              { return 1 << 10 }
func (s rooted) Metrics() platform.Metrics { return platform.Metrics{} }
func (s rooted) Roots() []string           { return []string{"/v3/mg.shop.example/"} }
func (s rooted) Standing(*platform.Call) platform.Standing {
	return platform.Unproven
}

func (s rooted) Serve(c *platform.Call, r *platform.Reply) {
	if c.TooLarge {
		r.JSON(413, nil)
		return
	}
	r.JSON(200, []byte(c.Method+" "+c.Below+" "+string(c.Body)))
}

func TestASourceAnswersBelowItsRoots(t *testing.T) {
	x := start(t, setup{})
	var err error
	x.hook, err = receiver.New(x.gate, receiver.Options{Sources: []receiver.Source{rooted{"ghost"}}})
	require.NoError(t, err)
	x.listen()
	for _, c := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"POST", "/v3/mg.shop.example/messages", 200, "POST v3/mg.shop.example/messages x"},
		{"DELETE", "/v3/mg.shop.example/bounces/a%40b.test?x=1", 200, "DELETE v3/mg.shop.example/bounces/a%40b.test x"},
		{"POST", "/v1/in/ghost/v3/mg.shop.example/messages", 200, "POST v3/mg.shop.example/messages x"},
		{"POST", "/v1/in/ghost/live/", 200, "POST live x"},
		{"POST", "/v1/in/ghost/", 200, "POST  x"},
		{"POST", "/v1/in/ghost", 200, "POST  x"},
		{"POST", "/v3/other.example/messages", 404, ""},
		{"POST", "/V3/mg.shop.example/messages", 404, ""},
		{"POST", "/v3/mg.shop.example", 404, ""},
		{"POST", "/x/v3/mg.shop.example/messages", 404, ""},
		{"POST", "/v1/in/other/v3/mg.shop.example/messages", 404, ""},
	} {
		status, body, _ := x.call(c.method, c.path, strings.NewReader("x"))
		require.Equal(t, c.status, status, "%s: %s", c.path, body)
		if c.status == 200 {
			require.Equal(t, c.want, body)
		}
	}
	status, _, _ := x.call("POST", "/v3/mg.shop.example/messages", strings.NewReader(strings.Repeat("x", 2<<10)))
	require.Equal(t, 413, status)

	_, err = receiver.New(x.gate, receiver.Options{Sources: []receiver.Source{rooted{"a"}, rooted{"b"}}})
	require.ErrorContains(t, err, "a and b both answer at /v3/mg.shop.example/")
}
