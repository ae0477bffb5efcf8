package format

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Format lays a rule file out in the one way: two spaces a level, at most one
// blank line in a row, and each condition that was quoted or went over several
// lines as a literal block, where neither YAML nor a quote can bite it. Order,
// comments and the inside of lines stay.
//
// It changes lines and does not print the YAML anew, because no YAML printer
// keeps every comment where it was. The result is read again and compared: a
// file whose meaning would change comes back as an error, not as a file.
func Format(src []byte) ([]byte, error) { return FormatAs[File](src) }

// FormatAs is Format for the files that Decode[T] reads; T says which of their
// values are conditions.
func FormatAs[T any](src []byte) ([]byte, error) {
	t := reflect.TypeFor[T]()
	out := src
	// Joining comments to another level can move the next one; two rounds settle
	// every file we know of, and a third shows that they did.
	for range 4 {
		next, err := tidy(out, t)
		if err != nil {
			return nil, err
		}
		if string(next) == string(out) {
			return out, nil
		}
		out = next
	}
	return nil, fmt.Errorf("format: the layout of this file does not settle; it is left as it is")
}

func tidy(src []byte, t reflect.Type) ([]byte, error) {
	s, text, ok := newSource("", src)
	if !ok {
		return nil, firstError(s.list)
	}
	root := s.parse(text)
	if len(s.list) > 0 {
		return nil, firstError(s.list)
	}
	if last := len(s.lines) - 1; s.lines[last] == "" {
		s.lines = s.lines[:last]
	}
	l := newLayout(s)
	if root != nil {
		l.top(root, t)
	}
	out := []byte(l.String())
	return out, sameMeaning(root, out, t)
}

func firstError(list diag.List) error {
	d := list[0]
	return fmt.Errorf("line %d, column %d: %s: %s", d.Line, d.Column, d.Code, d.Message)
}

// sameMeaning reads the new text and compares it with the old nodes.
func sameMeaning(root *yaml.Node, out []byte, t reflect.Type) error {
	docs, err := parseNodes(out, 2)
	if err != nil {
		return fmt.Errorf("format: the result would not be YAML; the file is left as it is: %w", err)
	}
	if root == nil && len(docs) == 0 {
		return nil
	}
	if root == nil || len(docs) != 1 || !sameNode(root, docs[0].Content[0], t) {
		return fmt.Errorf("format: the result would mean something else; the file is left as it is")
	}
	return nil
}

func sameNode(a, b *yaml.Node, t reflect.Type) bool {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind == yaml.ScalarNode && t != nil && isCondition(t) {
		return sameCondition(a.Value, b.Value)
	}
	if a.Value != b.Value {
		return false
	}
	for i := range a.Content {
		child := itemType(t)
		if a.Kind == yaml.MappingNode {
			child = nil
			if i%2 == 1 {
				child = keyType(t, a.Content[i-1].Value)
			}
		}
		if !sameNode(a.Content[i], b.Content[i], child) {
			return false
		}
	}
	return true
}

// sameCondition compares conditions: between tokens, white space means nothing,
// unless a // comment makes a line end matter.
func sameCondition(a, b string) bool {
	a, b = strings.Trim(a, " \t\n"), strings.Trim(b, " \t\n")
	return a == b || joined(a) != "" && joined(a) == joined(b)
}

// joined is a condition with each run of white space outside string literals
// made one space; nothing when a comment forbids that.
func joined(text string) string {
	bare, _ := outsideStrings(text)
	if strings.Contains(bare, "//") {
		return ""
	}
	var out []rune
	source := []rune(text)
	for i, r := range []rune(bare) {
		switch {
		case !isBlank(r):
			out = append(out, source[i])
		case len(out) > 0 && !isBlank(out[len(out)-1]):
			out = append(out, ' ')
		}
	}
	return string(out)
}

// keyType is the Go type that the value of a key is read into, or nil.
func keyType(t reflect.Type, key string) reflect.Type {
	t = bare(t)
	switch {
	case t == nil:
		return nil
	case isEntries(t):
		value, _ := t.Elem().FieldByName("Value")
		return bare(value.Type)
	case t.Kind() == reflect.Struct:
		for _, f := range fieldsOf(t) {
			if f.key == key {
				return bare(t.Field(f.index).Type)
			}
		}
	}
	return nil
}

// itemType is the Go type that an item of a list is read into, or nil.
func itemType(t reflect.Type) reflect.Type {
	t = bare(t)
	if t == nil || t.Kind() != reflect.Slice || isEntries(t) {
		return nil
	}
	return bare(t.Elem())
}

func bare(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
