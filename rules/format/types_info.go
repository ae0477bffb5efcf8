package format

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// field is one key of a struct, read from its tags.
type field struct {
	index    int
	key      string
	enum     []string
	required bool
	some     bool
	doc      string
}

func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		key := tag.Get("yaml")
		if key == "" || key == "-" {
			continue
		}
		f := field{index: i, key: key, required: tag.Get("required") == "true", some: tag.Get("some") == "true", doc: tag.Get("doc")}
		if e := tag.Get("enum"); e != "" {
			f.enum = strings.Split(e, ",")
		}
		out = append(out, f)
	}
	return out
}

// isEntries reports whether t is a []Entry[X].
func isEntries(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct &&
		t.Elem().PkgPath() == reflect.TypeFor[Text]().PkgPath() && strings.HasPrefix(t.Elem().Name(), "Entry[")
}

func isCondition(t reflect.Type) bool { return t == reflect.TypeFor[Condition]() }

func isConditionValue(v reflect.Value) bool {
	t := v.Type()
	return isCondition(t) || t.Kind() == reflect.Pointer && isCondition(t.Elem())
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// absent reports a key that stands there without a value, if it must have one.
func (s *source) absent(n *yaml.Node, r rules, want string) {
	if r.required {
		s.report(s.placeOf(n), diag.MissingKey, fmt.Sprintf("%s is empty; it must be %s", r.what, want), "")
	}
}

func (s *source) wrongType(n *yaml.Node, r rules, want, hint string) {
	s.report(s.placeOf(n), diag.WrongType, fmt.Sprintf("%s must be %s, not %s", r.what, want, kindName(n)), hint)
}

// kindName says in words what YAML made of a value.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.Tag {
	case "!!bool":
		return "a yes or no value"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!null":
		return "empty"
	}
	return "text"
}
