package facts_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// A layout of the whole canonical contact finds every key: from a dozen keys in
// a group on, no factor keeps them from colliding, and the table must still
// belong to its factor.
func TestEveryCanonicalFieldIsFound(t *testing.T) {
	fields := field.Canonical()
	layout, err := facts.NewLayout(fields)
	require.NoError(t, err)
	root := map[string]any{}
	for _, f := range fields {
		names := strings.Split(f.Path, ".")
		at := root
		for _, n := range names[:len(names)-1] {
			if at[n] == nil {
				at[n] = map[string]any{}
			}
			at = at[n].(map[string]any)
		}
		at[names[len(names)-1]] = nil
	}
	body, err := json.Marshal(root)
	require.NoError(t, err)
	var f facts.Facts
	require.NoError(t, layout.DecodeJSON(body, &f))
	for i := range fields {
		require.Equal(t, facts.Null, f.Slots[i].State, fields[i].Path)
	}
}
