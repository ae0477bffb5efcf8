package facts_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/facts"
)

// FuzzValid: Valid agrees with encoding/json, but for bytes that are no UTF-8 and
// for what is nested deeper than a body may be.
func FuzzValid(f *testing.F) {
	for _, seed := range []string{
		``, ` `, `1`, ` -0.5e+3 `, `01`, `1.`, `"a`, `"\u00e9"`, `"\x"`, "\"\x01\"", "\"\xff\"", `nul`, `null`, `true false`,
		`{}`, `{"a":[1,{"b":null}],"c":""}`, `{"a":1,}`, `{"a" 1}`, `[1 2]`, `[}`, `{"a":1]`, `[[[[]]]]`,
		strings.Repeat("[", 64) + strings.Repeat("]", 64),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) {
			require.False(t, facts.Valid(text), "%q", text)
			return
		}
		if strings.Count(string(text), "[")+strings.Count(string(text), "{") > facts.MaxDepth {
			return
		}
		require.Equal(t, json.Valid(text), facts.Valid(text), "%q", text)
	})
}

func TestValidIsBounded(t *testing.T) {
	nested := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	require.True(t, facts.Valid(nested(facts.MaxDepth)))
	require.False(t, facts.Valid(nested(facts.MaxDepth+1)))
}
