package sources_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules/diag"
)

// A file that is not understood is shown without what may be a secret: it may be the
// file of keys, given by mistake, or lack a quote beside one.
func TestWhatIsNotUnderstoodShowsNoSecret(t *testing.T) {
	const key = "6e001b685a7edc9771cac20445114e22171dca7d8d0d517924c29e360d132fc6"
	for _, src := range []string{
		"1 " + key + "\n",
		"winnow_sources: 1\nsources:\n  - {name: a, platform: generic, secrets: \"" + key + "}\n",
		"winnow_sources: 1\nsorces: [{name: a, secrets: " + key + "}]\n",
	} {
		r := sources.Load("sources.yaml", []byte(src), options())
		require.True(t, r.List.HasErrors())
		var out bytes.Buffer
		require.NoError(t, diag.WriteText(&out, r.List, func(string) ([]byte, bool) { return r.Shown, true }, false))
		require.NotContains(t, out.String(), key[8:24])
		require.Contains(t, out.String(), "^", "the place is shown all the same")
	}
}
