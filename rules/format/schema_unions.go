package format

import "github.com/invopop/jsonschema"

const momentPattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`

func count(n uint64) *uint64 { return &n }

// onlyKey is a mapping with this one key.
func onlyKey(key string, value *jsonschema.Schema) *jsonschema.Schema {
	s := &jsonschema.Schema{
		Type:                 "object",
		Properties:           jsonschema.NewProperties(),
		Required:             []string{key},
		AdditionalProperties: jsonschema.FalseSchema,
	}
	s.Properties.Set(key, value)
	return s
}

func percentSchema() *jsonschema.Schema {
	return anyOf(
		&jsonschema.Schema{Type: "number", Const: 0},
		&jsonschema.Schema{Type: "number", Minimum: "1", Maximum: "100"}, // 0.05 may mean 5% or 0.05%
		&jsonschema.Schema{Type: "string", Pattern: `^([0-9]{1,3}(\.[0-9]{1,3})?%|0|[1-9][0-9]{0,2}(\.[0-9]{1,3})?)$`, Examples: []any{"5%", "0.5%"}},
	)
}

// actionSchema has one branch per kind, so that an editor offers all of them.
func actionSchema() *jsonschema.Schema {
	text := textSchema(nil, true)
	texts := anyOf(&jsonschema.Schema{Type: "array", Items: text, MinItems: count(1)}, text)
	return anyOf(
		words([]string{"suppress"}),
		onlyKey("hold", &jsonschema.Schema{Type: "string", Pattern: durationPattern, Examples: []any{"7d"}}),
		onlyKey("reroute", texts),
		onlyKey("cap", &jsonschema.Schema{Type: "string", Pattern: capPattern, Examples: []any{"1 per 30d"}}),
		onlyKey("ask", texts),
		onlyKey("pin", &jsonschema.Schema{Type: "object", AdditionalProperties: text}),
	)
}

func paramSchema() *jsonschema.Schema {
	list := func(of string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "array", MinItems: count(1), Items: &jsonschema.Schema{Type: of}}
	}
	return anyOf(
		&jsonschema.Schema{Type: "boolean"},
		&jsonschema.Schema{Type: "number"},
		&jsonschema.Schema{Type: "string"},
		list("string"),
		list("number"),
	)
}
