package format_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/format"
)

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	src, err := format.Schema()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("winnow.json", doc))
	s, err := c.Compile("winnow.json")
	require.NoError(t, err)
	return s
}

// validate checks YAML as an editor does: dates are text to JSON Schema.
func validate(t testing.TB, s *jsonschema.Schema, src []byte) error {
	t.Helper()
	var node yaml.Node
	require.NoError(t, yaml.Unmarshal(src, &node))
	datesToText(&node)
	var v any
	require.NoError(t, node.Decode(&v))
	data, err := json.Marshal(v)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return s.Validate(doc)
}

func datesToText(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		datesToText(c)
	}
}

func TestSchemaAcceptsTheSample(t *testing.T) {
	// To an editor, a key without a value is a mistake; the reader lets it pass.
	src := bytes.Replace(sample(t), []byte("    reason:\n"), nil, 1)
	require.NoError(t, validate(t, compiled(t), src))
	require.Error(t, validate(t, compiled(t), bytes.Replace(src, []byte("unless:"), []byte("unles:"), 1)))
}

func TestSchemaAndReaderAgree(t *testing.T) {
	const head = "personas: [{id: a, kind: negative, name: n, when: x"
	schema := compiled(t)
	accepted := 0
	for _, c := range []struct {
		src string
		ok  bool
	}{
		{"winnow: 1", true},
		{"winow: 1", false},
		{"winnow: one", false},
		{"gates: {}", false},
		{"gates: [{id: a, require: x}]", true},
		{"gates: [{id: a, require: true}]", false},
		{"gates: [{id: a, require: ''}]", false},
		{"gates: [{id: 7, classes: marketing, fields: [a.b]}]", true},
		{"gates: [{id: a, classes: [marketin]}]", false},
		{"gates: [{require: x}]", false},
		{"signals: {a: b, c: d}", true},
		{"signals: {a: 12}", false},
		{"params: {a: 1, b: x, c: true, d: [1, 2.5], e: [x, y], f: 2026-01-01}", true},
		{"params: {a: []}", false},
		{"params: {a: [1, x]}", false},
		{"params: {a: {b: c}}", false},
		{"fields: {a.b: {type: list, of: {sku: string}, max_age: 1d12h}}", true},
		{"fields: {a.b: {type: list, of: text}}", false},
		{"fields: {a.b: {max_age: 30}}", false},
		{"fields: {a.b: {type: int, min: x}}", false},
		{head + "}]", true},
		{head + ", action: suppress}]", true},
		{head + ", action: {hold: 7d}, holdout: 0.5%, mode: {canary: 10%}}]", true},
		{head + ", action: {reroute: social}, holdout: 5, mode: observe}]", true},
		{head + ", action: {pin: {hero: x}}, review_by: 2026-11-01}]", true},
		{head + ", action: {ask: [contact.country]}, review_by: 2026-11-01T09:00Z}]", true},
		{head + ", action: hold}]", false},
		{head + ", action: {hold: 7}}]", false},
		{head + ", action: {hold: 7d, cap: 1 per 30d}}]", false},
		{head + ", action: {cap: often}}]", false},
		{head + ", action: {reroute: []}}]", false},
		{head + ", holdout: 101}]", false},
		{head + ", holdout: 0.05}]", false},
		{head + ", holdout: '0.05'}]", false},
		{head + ", mode: {canary: 0.05}}]", false},
		{head + ", holdout: 0, mode: {canary: 1}}]", true},
		{head + ", holdout: 5 %}]", false},
		{head + ", mode: canary}]", false},
		{head + ", review_by: soon}]", false},
		{head + ", kinds: x}]", false},
		{"slots: {a: {default: x, variants: {x: {any: [thing]}, y: }}}", true},
		{"slots: {a: {default: x, variants: {x: thing}}}", false},
		{"slots: {a: {default: x, variants: {x: {}}, rules: [{when: a, split: {salt: s, weights: {x: 100}}}]}}", true},
		{"slots: {a: {default: x, variants: {x: {}}, rules: [{use: x}]}}", false},
		{"slots: {a: {variants: {x: {}}}}", false},
	} {
		_, list := format.Read("f", []byte(c.src))
		require.Equal(t, c.ok, !list.HasErrors(), "reader: %s: %v", c.src, list)
		err := validate(t, schema, []byte(c.src))
		require.Equal(t, c.ok, err == nil, "schema: %s: %v", c.src, err)
		if c.ok {
			accepted++
		}
	}
	require.Positive(t, accepted)
}

func TestSchemaOfOtherStructs(t *testing.T) {
	src, err := format.SchemaOf[testFile]("test file")
	require.NoError(t, err)
	var s struct {
		Title                string
		Properties           map[string]any
		Required             []string
		AdditionalProperties any
	}
	require.NoError(t, json.Unmarshal(src, &s))
	require.Equal(t, "test file", s.Title)
	require.NotContains(t, s.Properties, "At")
	require.Contains(t, s.Properties, "cases")
	require.Equal(t, []string{"name"}, s.Required)
	require.Equal(t, false, s.AdditionalProperties)
}

func TestSchemaIsTheSameEachTime(t *testing.T) {
	a, err := format.Schema()
	require.NoError(t, err)
	b, err := format.Schema()
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
}
