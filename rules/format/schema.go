package format

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Schema is the JSON Schema (2020-12) of the rule file, made from the Go types
// that read it, so that editors complete and check what the reader accepts.
//
// It is stricter than the reader in one point: an optional key without a value
// is a mistake to an editor, and left out to the reader.
func Schema() ([]byte, error) {
	return SchemaOf[File]("winnow rule file")
}

// SchemaOf is the JSON Schema of what Decode[T] reads.
func SchemaOf[T any](title string) ([]byte, error) {
	s := schemaFor(reflect.TypeFor[T]())
	s.Title = title
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("format: schema of %s: %w", title, err)
	}
	return append(out, '\n'), nil
}

// schemaFor reflects one struct. Everything stands inline: the types are not
// recursive, and a reader of the schema need not follow references.
func schemaFor(t reflect.Type) *jsonschema.Schema {
	r := jsonschema.Reflector{
		Anonymous:                  true,
		DoNotReference:             true,
		ExpandedStruct:             true,
		RequiredFromJSONSchemaTags: true,
		FieldNameTag:               "yaml",
		Mapper:                     mapType,
	}
	s := r.ReflectFromType(t)
	annotate(t, s)
	return s
}

// nested is schemaFor without what belongs only to the root of a schema.
func nested(t reflect.Type) *jsonschema.Schema {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s := mapType(t); s != nil {
		return s
	}
	s := schemaFor(t)
	s.Version = ""
	return s
}

// annotate adds what the tags say and removes fields that no key fills.
func annotate(t reflect.Type, s *jsonschema.Schema) {
	if t.Kind() != reflect.Struct || s.Properties == nil {
		return
	}
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == "" {
			s.Properties.Delete(t.Field(i).Name)
		}
	}
	for _, f := range fieldsOf(t) {
		p := withRules(t.Field(f.index).Type, f)
		p.Description = f.doc
		s.Properties.Set(f.key, p)
		if f.required {
			s.Required = append(s.Required, f.key)
		}
	}
}

// withRules is the schema of one field with its enum and required tags.
func withRules(t reflect.Type, f field) *jsonschema.Schema {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[Text]():
		return textSchema(f.enum, f.required)
	case t == reflect.TypeFor[[]Text]():
		item := textSchema(f.enum, true)
		list := &jsonschema.Schema{Type: "array", Items: item}
		if f.some {
			list.MinItems = new(uint64(1))
		}
		return anyOf(list, item)
	}
	return nested(t)
}

func textSchema(enum []string, required bool) *jsonschema.Schema {
	if len(enum) > 0 {
		return words(enum)
	}
	text := &jsonschema.Schema{Type: "string"}
	if required {
		text.Pattern = `\S`
	}
	return anyOf(text, &jsonschema.Schema{Type: "number"})
}

func words(enum []string) *jsonschema.Schema {
	s := &jsonschema.Schema{}
	for _, w := range enum {
		s.Enum = append(s.Enum, w)
	}
	return s
}

func anyOf(s ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: s} }

// mapType gives the types with a spelling of their own their schema; nil for
// those that reflection gets right.
func mapType(t reflect.Type) *jsonschema.Schema {
	if s := scalarSchema(t); s != nil {
		return s
	}
	switch {
	case isEntries(t):
		value, _ := t.Elem().FieldByName("Value")
		return &jsonschema.Schema{Type: "object", AdditionalProperties: withRules(value.Type, field{required: true})}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return &jsonschema.Schema{Type: "array", Items: nested(t.Elem())}
	}
	return nil
}

func scalarSchema(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[diag.Place]():
		return &jsonschema.Schema{}
	case reflect.TypeFor[Text]():
		return textSchema(nil, false)
	case reflect.TypeFor[Number]():
		return &jsonschema.Schema{Type: "number"}
	case reflect.TypeFor[Bool]():
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.TypeFor[Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: durationPattern, Examples: []any{"30d", "12h"}}
	case reflect.TypeFor[Percent]():
		return percentSchema()
	case reflect.TypeFor[Moment]():
		return &jsonschema.Schema{Type: "string", Pattern: momentPattern, Examples: []any{"2026-11-01", "2026-11-01T09:00"}}
	case reflect.TypeFor[Condition]():
		return &jsonschema.Schema{Type: "string", Pattern: `\S`, Examples: []any{"orders.count >= 5", "always"}}
	case reflect.TypeFor[Action]():
		return actionSchema()
	case reflect.TypeFor[Mode]():
		return anyOf(words([]string{"observe", "enforce"}), onlyKey("canary", percentSchema()))
	case reflect.TypeFor[Param]():
		return paramSchema()
	case reflect.TypeFor[ListElem]():
		return anyOf(words(scalarTypes()),
			&jsonschema.Schema{Type: "object", MinProperties: count(1), AdditionalProperties: words(scalarTypes())})
	case reflect.TypeFor[Content]():
		return anyOf(&jsonschema.Schema{Type: "object"}, &jsonschema.Schema{Type: "null"})
	case reflect.TypeFor[Value]():
		return &jsonschema.Schema{}
	}
	return nil
}
