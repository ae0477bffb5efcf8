package format

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

func (s *source) decodeEntries(n *yaml.Node, v reflect.Value, r rules) {
	pairs, ok := s.pairs(n, r)
	if !ok {
		return
	}
	if len(n.Content) == 0 && r.required {
		s.report(s.placeOf(n), diag.MissingKey, r.what+" names nothing", "write at least one `key: value`")
	}
	out := reflect.MakeSlice(v.Type(), 0, len(pairs))
	for _, p := range pairs {
		e := reflect.New(v.Type().Elem()).Elem()
		e.FieldByName("Key").Set(reflect.ValueOf(p.key))
		s.decode(p.value, e.FieldByName("Value"), rules{what: p.key.Value, enum: r.enum, required: true, some: r.some})
		out = reflect.Append(out, e)
	}
	v.Set(out)
}

func (s *source) decodeStruct(n *yaml.Node, v reflect.Value, r rules) {
	pairs, ok := s.pairs(n, r)
	if !ok {
		return
	}
	at := s.placeOf(n)
	if f := v.FieldByName("At"); f.IsValid() && f.Type() == reflect.TypeFor[diag.Place]() {
		f.Set(reflect.ValueOf(at))
	}
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	for _, p := range pairs {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == p.key.Value })
		if i < 0 {
			s.unknownKey(p.key, fields, r)
			continue
		}
		f := fields[i]
		seen[f.key] = true
		s.decode(p.value, v.Field(f.index), rules{what: f.key, enum: f.enum, required: f.required, some: f.some})
	}
	for _, f := range fields {
		if f.required && !seen[f.key] {
			s.report(at, diag.MissingKey, fmt.Sprintf("%s needs the key %q", r.what, f.key), f.doc)
		}
	}
}

func (s *source) unknownKey(key Text, fields []field, r rules) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.key
	}
	hint := diag.DidYouMean(key.Value, names)
	if hint == "" {
		hint = "known keys: " + strings.Join(names, ", ")
	}
	if elsewhere := otherFile(key.Value); elsewhere != "" && key.At.Column == 1 {
		hint = elsewhere
	}
	if plain := strings.TrimFunc(key.Value, invisible); plain != key.Value {
		hint = fmt.Sprintf("there are invisible characters before or behind %q: type the spaces again", plain)
	}
	s.report(key.At, diag.UnknownKey, fmt.Sprintf("unknown key %q in %s", key.Value, r.what), hint)
}

// invisible tells spaces that are none to YAML, as text processors type them.
func invisible(r rune) bool {
	return r > 0x7f && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r))
}

// otherFile says where a key belongs that stands at the top of another kind of file.
func otherFile(key string) string {
	switch key {
	case "winnow_test", "cases":
		return "tests stand in a file whose name ends in _test.yaml"
	case "winnow_sources", "sources":
		return "sources stand outside the bundle: winnow serve --sources FILE"
	case "winnow", "gates", "personas", "slots":
		return "rules stand in a file whose name does not end in _test.yaml"
	}
	return ""
}

type pair struct {
	key   Text
	value *yaml.Node
}

// pairs reads the keys of a mapping, each once.
func (s *source) pairs(n *yaml.Node, r rules) ([]pair, bool) {
	if isNull(n) {
		s.absent(n, r, "a mapping")
		return nil, false
	}
	if n.Kind != yaml.MappingNode {
		s.wrongType(n, r, "a mapping", "write `key: value` lines")
		return nil, false
	}
	first := map[string]diag.Place{}
	out := make([]pair, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, ok := s.key(n.Content[i])
		if !ok {
			continue
		}
		if at, doubled := first[key.Value]; doubled {
			hint := fmt.Sprintf("the first one is on line %d, column %d; keep one", at.Line, at.Column)
			if key.Value == "id" {
				hint += ", or write `- ` before it if another item begins here"
			}
			s.report(key.At, diag.DuplicateKey, fmt.Sprintf("the key %q is here twice", key.Value), hint)
			continue
		}
		first[key.Value] = key.At
		out = append(out, pair{key, n.Content[i+1]})
	}
	return out, true
}

func (s *source) key(n *yaml.Node) (Text, bool) {
	at := s.placeOf(n)
	switch {
	case n.Tag == "!!merge", n.Kind == yaml.AliasNode, n.Anchor != "":
		s.report(at, diag.Anchor, "anchors, aliases and merge keys do not belong in rule files", "write the keys out")
	case n.Kind != yaml.ScalarNode || isNull(n) || n.Value == "":
		s.report(at, diag.WrongType, "a key must be a word", "write `key: value`, with a name for the key")
	case s.tagged(n):
		s.report(at, diag.ExplicitTag, "a key cannot have a YAML tag (!)", "put the key in quotes, or remove the tag")
	default:
		return Text{Value: n.Value, At: at}, true
	}
	return Text{}, false
}
