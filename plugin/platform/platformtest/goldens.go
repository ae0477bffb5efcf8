package platformtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/capture"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// goldens serves testdata/*.http.
func goldens(t *testing.T, k Kit) {
	files, err := filepath.Glob("testdata/*.http")
	require.NoError(t, err)
	require.NotEmpty(t, files, "there are no captured requests: put some into testdata/*.http")
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) { golden(t, k, file) })
	}
}

func golden(t *testing.T, k Kit, file string) {
	src, err := os.ReadFile(file)
	require.NoError(t, err)
	req, err := capture.Parse(src)
	require.NoError(t, err)
	o := optionsOf(t, req.Comments)
	b := newBench(t, k, o)
	c := req.Call
	below := strings.TrimPrefix(c.Path, platform.Address("kit"))
	require.True(t, strings.HasPrefix(c.Path, platform.Address("kit")), "%s: captured requests are sent to %s", file, platform.Address("kit"))
	c.Below = strings.TrimPrefix(below, "/")
	if !contains([]string{"HEAD", "OPTIONS"}, c.Method) {
		c = b.signed(t, c)
	}
	r := b.serve(t, c)
	got := render(b, r)
	name := strings.TrimSuffix(file, ".http") + ".golden"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(name, got, 0o644))
		return
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err, "UPDATE_GOLDEN=1 writes it")
	require.Equal(t, string(want), string(got))
}

// optionsOf reads how a captured request is to be served.
func optionsOf(t testing.TB, comments []string) (o benchOptions) {
	t.Helper()
	for _, text := range comments {
		key, value, _ := strings.Cut(text, ": ")
		switch key {
		case "scheme":
			o.scheme = verify.ID(value)
		case "on_trouble":
			o.posture = platform.Posture{Marketing: platform.OnTrouble(value), Research: platform.OnTrouble(value)}
		case "outage":
			o.outage = value
		case "setting":
			name, v, ok := strings.Cut(value, "=")
			require.True(t, ok, "write a setting as name=value")
			o.settings = platform.Settings{name: v}
		}
	}
	return o
}

// render writes down what was asked, answered, and comes of it.
func render(b *bench, r *platform.Reply) []byte {
	var out bytes.Buffer
	for _, q := range b.spy.requests {
		fmt.Fprintf(&out, "ask %s\n%s\n", q.Key, indented(q.Body))
	}
	if len(b.spy.requests) == 0 {
		fmt.Fprintln(&out, "nothing is asked")
	}
	if err := b.trouble(); err != nil {
		fmt.Fprintf(&out, "trouble: %v\n", err)
	}
	fmt.Fprintf(&out, "\nreply %d\n", r.Status)
	for _, f := range r.Header {
		fmt.Fprintf(&out, "%s: %s\n", f.Name, f.Value)
	}
	fmt.Fprintf(&out, "\n%s\n\n", indented(r.Body))
	what := b.source.Reacts(r)
	fmt.Fprintf(&out, "the platform %s: %s\n", what.Then, what.Why)
	// The digest changes with the file format, which is not what goldens are about.
	return regexp.MustCompile(`"bundle": "[0-9a-f]{64}"`).ReplaceAll(out.Bytes(), []byte(`"bundle": "…"`))
}

func indented(body []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil {
		return body
	}
	return out.Bytes()
}
