package facts

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// DecodeFirstLoose does with the object that a text begins with what
// DecodeJSONLoose does with that object alone.
func TestDecodeFirst(t *testing.T) {
	l := layoutOf(t, testFields())
	paths := []string{"x"}
	for _, f := range l.Fields() {
		paths = append(paths, f.Path)
	}
	rapid.Check(t, func(t *rapid.T) {
		body := putBody(rapid.SampledFrom(paths).Draw(t, "path"), drawValue(t, 3))
		behind := rapid.SampledFrom([]string{"", " ", "}", `,"x":"ü"}`, "\xff"}).Draw(t, "behind")
		var want, got Facts
		wantErr := l.DecodeJSONLoose([]byte(body), &want)
		end, err := l.DecodeFirstLoose([]byte(body+behind), &got)
		require.Equal(t, wantErr == nil, err == nil, "%q: %v", body+behind, err)
		require.True(t, l.Equal(&want, &got), body+behind)
		if err == nil {
			require.Equal(t, len(body), end)
		}
	})
	for _, broken := range []string{"", "[]", `{"a":1`, "{\"a\":\"\xff\"}"} {
		var f Facts
		_, err := l.DecodeFirstLoose([]byte(broken), &f)
		require.Error(t, err, broken)
	}
}
