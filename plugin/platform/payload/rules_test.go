package payload_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules/field"
)

// anyJSON draws a value whose keys are those of the rules that are drawn.
func anyJSON(depth int) *rapid.Generator[any] {
	leaves := rapid.SampledFrom([]any{nil, "", "t", "[1]", 7.0, true})
	if depth == 0 {
		return leaves
	}
	below := anyJSON(depth - 1)
	return rapid.OneOf(leaves,
		rapid.Map(rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "x"}), below, 0, 3), func(m map[string]any) any { return m }),
		rapid.Map(rapid.SliceOfN(below, 0, 2), func(s []any) any { return s }))
}

func anyRule(t *rapid.T) payload.Rule {
	r := payload.Rule{
		Field: rapid.SampledFrom([]string{"a", "b", "c", "a.x", "b.x", "b.a", "c.a.x"}).Draw(t, "field"),
		From:  rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "a.x", "b.x", "a.b.x", "b[].x", "a[0]", "a[]", "x.a"}), 0, 2).Draw(t, "from"),
		As:    rapid.SampledFrom([]payload.As{payload.AsIs, payload.AsText, payload.AsJSON}).Draw(t, "as"),
	}
	if rapid.Bool().Draw(t, "default") {
		r.Default = []byte(`"d"`)
	}
	return r
}

// Whatever the rules: of valid JSON comes valid JSON, and what First says of it.
func TestAnyRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rules []payload.Rule
		keep := rapid.Bool().Draw(t, "keep")
		for range rapid.IntRange(1, 4).Draw(t, "rules") {
			more := append(rules, anyRule(t))
			if _, err := payload.Compile(more, payload.Options{Keep: keep}); err == nil {
				rules = more
			}
		}
		in, err := json.Marshal(map[string]any{"a": anyJSON(3).Draw(t, "a"), "b": anyJSON(3).Draw(t, "b")})
		require.NoError(t, err)
		m, err := payload.Compile(rules, payload.Options{Keep: keep})
		require.NoError(t, err)
		found, err := m.Find(in)
		require.NoError(t, err)
		defer found.Release()
		first := map[string]string{}
		for _, r := range rules {
			first[r.Field] = payload.Text(found.First(r.Field))
		}
		body := found.Body()
		require.True(t, json.Valid(body), "%s became %s", in, body)
		for field, want := range first {
			require.Equal(t, want, payload.Text(payload.At(body, field)), "%s of %s", field, body)
		}
	})
}

// kinds are of fields that rules lead to.
var kinds = []field.Type{field.Scalar(field.String), field.Scalar(field.Int), field.Scalar(field.Bool), field.Scalar(field.ID), field.ListOf(field.String)}

// Whatever the rules: to read what they name into facts at once, or from what was found
// of it, is to read the body that they make.
func TestAnyRulesFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rules []payload.Rule
		var fields []field.Field
		o := payload.Options{Keep: rapid.Bool().Draw(t, "keep")}
		for range rapid.IntRange(1, 5).Draw(t, "rules") {
			more := append(rules, anyRule(t))
			if _, err := payload.Compile(more, o); err == nil {
				rules = more
			}
		}
		for _, path := range []string{"a.x", "b.x", "b.a", "c.a.x"} {
			if rapid.Bool().Draw(t, path) {
				fields = append(fields, field.Field{Path: path, Type: rapid.SampledFrom(kinds).Draw(t, "kind")})
			}
		}
		l, m := layout(t, fields...), compiled(t, rules, o)
		for range 3 {
			in, err := json.Marshal(map[string]any{"a": anyJSON(3).Draw(t, "a"), "b": anyJSON(3).Draw(t, "b"), "x": anyJSON(2).Draw(t, "x")})
			require.NoError(t, err)
			filled(t, m, l, in)
		}
	})
}

// A field may take the place of an object of which another field is made.
func TestAnObjectIsReplacedAndRead(t *testing.T) {
	m, err := payload.Compile([]payload.Rule{
		{Field: "a", From: []string{"b"}}, {Field: "c", From: []string{"a.x"}},
	}, payload.Options{Keep: true})
	require.NoError(t, err)
	body, err := m.Append(nil, []byte(`{"a":{"x":1,"y":2},"b":3}`))
	require.NoError(t, err)
	require.Equal(t, `{"a":3,"b":3,"c":1}`, string(body))
}
